"""Everything that changed the service, on one time line."""
