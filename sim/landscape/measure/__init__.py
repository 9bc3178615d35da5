"""Honest measures of how rough a landscape is, their controls, and synthetic fields with known answers."""
