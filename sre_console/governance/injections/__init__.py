"""Everything that was injected on purpose, with what it really did."""
