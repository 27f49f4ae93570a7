"""Real server processes on databases of their own, for acceptance tests and `make bench`."""
