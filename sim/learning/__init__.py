"""Learning: one loop for all learners, and the runs that it produces."""
