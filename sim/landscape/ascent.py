"""The change of a genome that raises a loss most, within bounds relative to its rows. K starts, P weights, R rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.gradients import Floats, Gradients
from sim.landscape.plane import rows

FIRST, LAST = 1.0, 0.02  # the lengths of the first and of the last step, as shares of the bounds


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The largest norm of a change in each row of weights: `radii` [R]; `starts` [R] are the first weights of rows."""

    radii: Floats
    starts: NDArray[np.intp]
    size: int

    def norms(self, changes: Floats) -> Floats:
        """The norms of changes [K, P] in each row, [K, R]."""
        return np.asarray(np.sqrt(np.add.reduceat(changes**2, self.starts, axis=-1)))

    def spread(self, values: Floats) -> Floats:
        """Values of rows [..., R], repeated for every weight of the row [..., P]."""
        return np.repeat(values, np.diff(self.starts, append=self.size), axis=-1)

    def onto(self, changes: Floats, share: float = 1.0) -> Floats:
        """Changes [K, P] in the same directions whose norm in each row is the `share` of its bound; 0 stays 0."""
        norms = self.norms(changes)
        return changes * self.spread(np.divide(share * self.radii, norms, out=np.zeros_like(norms), where=norms > 0))

    def within(self, changes: Floats) -> Floats:
        """Changes [K, P], shortened in the rows where they exceed the bound."""
        norms = self.norms(changes)
        over = norms > self.radii
        return changes * self.spread(np.divide(self.radii, norms, out=np.ones_like(norms), where=over))


def relative_bounds(genome: Floats, layout: Layout | None, share: float) -> Bounds:
    """Bounds that are a `share` of the norm of each row of a genome [P]; without a layout it is one row."""
    parts = rows(layout, genome.size)
    starts = np.array([part.start for part in parts], np.intp)
    return Bounds(share * np.sqrt(np.add.reduceat(genome**2, starts)), starts, genome.size)


def random_changes(bounds: Bounds, count: int, seed: int, index: int = 0) -> Floats:
    """Random changes [K, P] that reach the bound in every row; `index` names another draw."""
    return bounds.onto(generator(seed, "landscape/ascent", index).standard_normal((count, bounds.size)))


def largest_rise(
    function: Gradients, genome: Floats, bounds: Bounds, starts: Floats, *, steps: int
) -> tuple[Floats, Floats]:
    """The changes [K, P] with the largest losses that ascents from several starts [K, P] meet, and these losses [K].

    A step changes every row along its gradient, by a share of the row's bound that falls from FIRST to LAST, and then
    goes back within the bounds (projected gradient ascent, as by Madry et al. 2018).
    """
    changes, best, most = starts.copy(), starts.copy(), np.full(len(starts), -np.inf)
    for share in (*np.geomspace(FIRST, LAST, steps), 0.0):
        losses, slopes = function(genome + changes)
        better = losses > most  # False if the loss is not a number
        best[better], most[better] = changes[better], losses[better]
        changes = bounds.within(changes + bounds.onto(np.nan_to_num(slopes), share))
    return best, most
