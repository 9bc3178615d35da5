"""The compiled loop that gives numbers their colours; `render.palette` calls it.

[n] numbers, [N] entries of a palette's table.
"""

from agents.engine.arithmetic import kernel


@kernel
def paint(shares, colours, rgb, missing):  # type: ignore[no-untyped-def]
    """Give each share [n], 0 to 1, the nearest colour of the table [N, 3], and nan the colour `missing`."""
    last = len(colours) - 1
    for place in range(shares.size):
        share = shares[place]
        if share == share:
            entry = int(min(max(share, 0.0), 1.0) * last + 0.5)
            for channel in range(3):
                rgb[place, channel] = colours[entry, channel]
        else:
            for channel in range(3):
                rgb[place, channel] = missing[channel]
