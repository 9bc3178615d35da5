"""The compiled kernel of `Plane.at`: genomes at points of a plane, in one pass over memory."""

from agents.engine.arithmetic import kernel


@kernel
def fill(origin, u, v, points, genomes):  # type: ignore[no-untyped-def]
    """Set genomes [N, P] to (origin + x*u) + y*v of points [N, 2]: float64, not fused, then rounded to their type."""
    for index in range(len(points)):
        x, y = points[index]
        for weight in range(len(origin)):
            genomes[index, weight] = (origin[weight] + x * u[weight]) + y * v[weight]
