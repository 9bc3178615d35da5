"""Comparisons of champions and of the landscapes around them."""
