"""Studies: learn many runs, measure them, compare groups of them, and decide claims."""
