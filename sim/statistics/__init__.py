"""Statistics: intervals, power laws, groups of runs."""
