"""The page of a study: one panel for each kind of result, and none for a quantity by name."""
