"""Random writers and readers on real servers, and a judge of every answer they got."""
