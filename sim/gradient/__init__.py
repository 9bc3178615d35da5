"""Learning along gradients: the same cells in the same mazes, by torch."""
