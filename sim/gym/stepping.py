"""The kernels of the vector environment: N foragers, one a board, step and sense in compiled code.

Boards are uint8 [N, n * n] of cells as in `sim.world.rules`, pellets in their bit. Bodies are int64 [5, N]. I senses.
The rules are those of `sim.world.rules`, compiled; `sim.world.body` is the readable twin.
"""

from agents.engine.arithmetic import inlined, kernel
from sim.world import rules

PLACE, HEADING, ATE, EATEN, AGE = range(5)  # the rows of bodies

turned, passable = inlined(rules.turned), inlined(rules.passable)
stride, pellet = inlined(rules.stride), inlined(rules.pellet)


@kernel
def first_unknown(actions):  # type: ignore[no-untyped-def]
    """The number of the first forager whose action, of int64 [N], does not exist; -1 if all do."""
    for forager in range(len(actions)):
        if not 0 <= actions[forager] < rules.ACTIONS:
            return forager
    return -1


@kernel
def step(actions, resting, size, boards, bodies):  # type: ignore[no-untyped-def]
    """Turn, move, eat: all foragers but the `resting`, bool [N], do what `actions`, int64 [N], say."""
    for forager in range(len(actions)):
        if resting[forager]:
            continue
        place = bodies[PLACE, forager]
        heading = turned(bodies[HEADING, forager], actions[forager])
        place += stride(heading, size) * passable(boards[forager, place], heading)
        ate = pellet(boards[forager, place])
        boards[forager, place] &= 15
        bodies[PLACE, forager], bodies[HEADING, forager], bodies[ATE, forager] = place, heading, ate
        bodies[EATEN, forager] += ate
        bodies[AGE, forager] += 1


@kernel
def sense(size, sight, boards, bodies, senses):  # type: ignore[no-untyped-def]
    """Fill senses, float32 [N, I], with what each forager's network gets."""
    for forager in range(len(senses)):
        for side in range(4):
            place, way = bodies[PLACE, forager], turned(bodies[HEADING, forager], side)
            senses[forager, rules.WALLS + side] = 1 - passable(boards[forager, place], way)
            if sight:
                seen = 0
                for _ in range(sight):
                    if seen or not passable(boards[forager, place], way):
                        break
                    place += stride(way, size)
                    seen = pellet(boards[forager, place])
                senses[forager, rules.PELLETS + side] = seen
        senses[forager, rules.ATE] = bodies[ATE, forager]
