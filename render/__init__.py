"""Fields and episodes become pixels, films, windows."""
