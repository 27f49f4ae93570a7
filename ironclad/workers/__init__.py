"""Several server processes behind one port, and the supervisor that keeps them alive."""
