"""One HTML file that holds a landscape: its picture, and what a browser needs to play its foragers and to zoom on.

The scripts (*.js) play episodes with the bits of `sim.world.life`. `bundle` joins them into one script.
"""
