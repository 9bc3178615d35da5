"""Pace: how fast this explorer computes heights, and how many pixels that allows in a given time.

H and W rows and columns of a view. Speeds are agent-steps a second.
"""

BATCH_SECONDS = 0.02  # about how long a batch of pixels takes
GLIMPSE_SECONDS = 0.02  # about how long the first pass over a new view may take
COARSEST = 512  # the widest stride of a first pass, in pixels
UP, DOWN = 0.5, 0.8  # the weight of a new measurement: another program that takes a core must be noticed at once


class Pace:
    """The measured speed of each arithmetic, and the sizes of batches and first passes that follow from it.

    A low speed gives a coarse first pass, a high speed a fine one, so that every machine shows a first glimpse of a
    new view in about the same time. Strides are powers of two, and the pixels of a pass are among those
    of every finer one, so the final picture does not depend on the pace.
    """

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self._speeds: dict[str, float] = {}

    def knows(self, dtype: str) -> bool:
        """Whether the speed of an arithmetic, float32 or float64, was measured."""
        return dtype in self._speeds

    def measured(self, dtype: str, steps: float, seconds: float) -> None:
        """Take note that so many agent-steps took so many seconds."""
        speed = steps / max(seconds, 1e-9)
        before = self._speeds.get(dtype, speed)
        self._speeds[dtype] = before + (UP if speed > before else DOWN) * (speed - before)

    def pixels(self, dtype: str, steps: int, seconds: float = BATCH_SECONDS) -> int:
        """How many pixels of `steps` agent-steps take about `seconds`; at least one."""
        return max(1, int(self._speeds[dtype] * seconds / steps))

    def first_stride(self, dtype: str, steps: int, shape: tuple[int, int], fewest: int = 1) -> int:
        """The stride of the first pass over a view of H, W pixels: the least that takes at most GLIMPSE_SECONDS.

        A pass may have `fewest` pixels in any case, since fewer would take as long.
        """
        room, stride = max(fewest, self.pixels(dtype, steps, GLIMPSE_SECONDS)), 1
        while stride < COARSEST and shape[0] * shape[1] > room * stride * stride:
            stride *= 2
        return stride
