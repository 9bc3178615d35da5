"""Imitation: a teacher, what it demonstrates, and the loss of not doing the same."""
