"""Fitness landscapes: objectives, planes through genome space, tours of windows on them, sweeps and their fields."""
