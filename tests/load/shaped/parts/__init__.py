"""One file a shape: what is done, what was seen, and whether it is good enough."""
