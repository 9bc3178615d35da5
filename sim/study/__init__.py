"""Studies: many runs, many measures, and what can be claimed of them."""
