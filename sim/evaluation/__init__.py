"""Evaluation: what champions are worth on mazes that they were not chosen on."""
