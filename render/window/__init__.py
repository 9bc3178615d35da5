"""Windows: toolkit-free models, and one shell that knows pygame."""
