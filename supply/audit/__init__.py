"""`make audit`: every locked package held against the advisory databases, or a plain "not audited"."""
