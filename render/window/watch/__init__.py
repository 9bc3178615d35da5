"""Watching foragers in a window, and driving one."""
