"""Learning: every way of it writes the same run folder."""
