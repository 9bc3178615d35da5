"""The genomes at points of a plane, by a kernel: what `Plane.at` says, without its passes over memory."""

from agents.engine.arithmetic import kernel


@kernel
def fill(origin, u, v, points, genomes):  # type: ignore[no-untyped-def]
    """genomes [N, P] = (origin + x*u) + y*v of points [N, 2]: float64, nothing fused, rounded once to their type."""
    for index in range(len(points)):
        x, y = points[index]
        for weight in range(len(origin)):
            genomes[index, weight] = (origin[weight] + x * u[weight]) + y * v[weight]
