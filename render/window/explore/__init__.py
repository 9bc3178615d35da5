"""Exploring a landscape live, as a fractal."""
