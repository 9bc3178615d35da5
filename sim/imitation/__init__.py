"""Imitation: a teacher, its demonstrations and their labels, and the loss of a network that should do the same."""
