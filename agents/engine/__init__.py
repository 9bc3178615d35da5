"""Arithmetic: one contract, several engines."""
