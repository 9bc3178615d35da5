"""Fitness landscapes: planes through genome space, windows on them, sweeps and the fields they leave."""
