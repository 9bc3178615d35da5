"""Imitation learning: a teacher, its demonstrations with labels, and the loss of a network that imitates it."""
