"""The error-budget policy: what is frozen when, and whether that holds now."""
