"""The page of a study: it draws every kind of result in one way, whatever the quantity."""
