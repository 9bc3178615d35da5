"""Fitness landscapes: what is measured (objective), where (plane, window, tour), and the heights on disk (field)."""
