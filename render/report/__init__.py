"""The page of a comparison: its figures, tables, footnotes and film."""
