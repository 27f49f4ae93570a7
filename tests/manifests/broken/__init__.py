"""Each check is shown small objects that are in order, and the same ones broken."""
