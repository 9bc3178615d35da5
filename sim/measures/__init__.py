"""Measures of landscapes and champions, one file each."""
