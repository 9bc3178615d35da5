"""Claims about methods of learning: many runs of each, the run being the unit of all statistics."""
