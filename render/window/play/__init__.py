"""Playing tours of landscapes in a window."""
