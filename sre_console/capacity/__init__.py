"""How much the service bears: what it uses now, against what was measured."""
