"""Evaluation: champions in mazes that they were not chosen on."""
