"""`make load`: open-loop load of known shapes, and a report of what came of it."""
