"""The built-in traffic: a process of its own, and what the console knows of it."""
