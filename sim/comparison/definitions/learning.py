"""Definitions of how the champions were learned."""

from sim.comparison.definitions.definition import BY_ERRORS, Definition

ONCE = "It is one number of one run, and has no interval."
OTHERS = f"{BY_ERRORS} Other seeds of the method are not in it."

LEARNING: dict[str, Definition] = {
    "champion_steps": Definition(
        "learning until the champion",
        "agent-steps",
        "generations",
        "Steps of life, over all agents, that learning took until the champion was chosen, in whole generations or "
        "updates. Imitation counts the lives that it learns from beside those that it plays. Backward passes, the "
        "teacher's answers, and the lives by which champions are chosen are not counted.",
        ONCE,
    ),
    "nearly_steps": Definition(
        "learning until 90 % of its best",
        "agent-steps",
        "checkpoints",
        "Agent-steps until the run's champion first ate 90 % of what its last one eats, on the validation mazes that "
        "they are chosen by; as fine as the run's checkpoints are.",
        ONCE,
    ),
    "generalisation_gap": Definition(
        "generalisation gap",
        "points",
        "mazes",
        "Mean share of pellets, in percent, that the champion eats in the newest mazes that its run learned in, less "
        "that in as many or more mazes that the run never met; greedy play in both. Learning meets fresh mazes all "
        "the time, so that a gap near 0 is to be expected.",
        OTHERS,
    ),
    "selection_bias": Definition(
        "selection bias",
        "points",
        "mazes",
        "The same of the validation mazes that the champion was chosen by, less that in mazes that the run never met: "
        "what choosing the best of many adds to the share on record.",
        OTHERS,
    ),
}
