"""Windows: models that need no toolkit, and one module that shows them with pygame."""
