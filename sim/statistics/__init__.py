"""Statistics: results as values, bootstrap intervals, power laws, and comparisons of groups of runs."""
