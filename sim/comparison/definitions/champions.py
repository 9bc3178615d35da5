"""Definitions of what champions eat, and the landscapes around them."""

from sim.comparison.definitions.definition import OVER_MAZES, Definition

CHAMPIONS: dict[str, Definition] = {
    "share": Definition(
        "pellets eaten",
        "%",
        "mazes",
        "Interquartile mean over mazes (Agarwal et al. 2021) of the share of a maze's pellets that the champion "
        "eats in one life, always taking its best action. Validation mazes that no champion was chosen on.",
        OVER_MAZES,
    ),
    "share_sampled": Definition(
        "pellets eaten, sampled",
        "%",
        "mazes",
        "The same where actions are drawn from the softmax of the outputs, by noise that is the same for all "
        "champions; the mean of several lives in each maze.",
        OVER_MAZES,
    ),
    "pellets": Definition(
        "mean pellets",
        "pellets",
        "mazes",
        "Mean pellets eaten in a life of greedy play.",
        OVER_MAZES,
    ),
    "pellets_sampled": Definition(
        "mean pellets, sampled",
        "pellets",
        "mazes",
        "Mean pellets eaten in a life of sampled play.",
        OVER_MAZES,
    ),
    "revisits": Definition(
        "revisits",
        "%",
        "mazes",
        "Share of a life's steps that enter a cell visited before; greedy play.",
        OVER_MAZES,
    ),
    "bumps": Definition(
        "bumps",
        "%",
        "mazes",
        "Share of a life's steps that a wall stops; greedy play.",
        OVER_MAZES,
    ),
    "ablation": Definition(
        "lost without memory",
        "pellets",
        "mazes",
        "Pellets that a greedy life loses where the hidden state is zeroed before every step: the mean difference "
        "in the same mazes.",
        OVER_MAZES,
    ),
    "difference": Definition(
        "difference",
        "pellets",
        "mazes",
        "Mean difference of pellets eaten, the first champion's less the other's, greedy play in the same mazes.",
        OVER_MAZES,
    ),
    "difference_sampled": Definition(
        "difference, sampled",
        "pellets",
        "mazes",
        "The same of sampled play, a mean of several lives in each maze.",
        OVER_MAZES,
    ),
    "method_share": Definition(
        "pellets eaten, all runs",
        "%",
        "runs",
        "Interquartile mean over runs of the mean share of pellets eaten in a maze, greedy play.",
        "The interval is a 95 % bootstrap over runs, each drawn whole, with all its mazes; fewer than four have none. "
        "Claims about methods want ten seeds or more (Agarwal et al. 2021).",
    ),
    "pellets_centre": Definition(
        "pellets at the centre",
        "pellets",
        "mazes",
        "Mean pellets of the champion in the mazes of the landscape.",
        OVER_MAZES,
    ),
    "pellets_mean": Definition(
        "pellets over the landscape",
        "pellets",
        "mazes",
        "Mean over all pixels of the landscape of pellets.",
        OVER_MAZES,
    ),
    "half_share": Definition(
        "better than half",
        "%",
        "pixels",
        "Share of the landscape's pixels that eat more than half of what the centre does. One plane, so without "
        "an interval.",
        "",
    ),
    "imitation_centre": Definition(
        "imitation loss at the centre",
        "nats",
        "episodes",
        "Cross-entropy of the champion's softmax with a teacher that goes to the nearest cell it has not been in, "
        "on the teacher's own lives, a mean over the steps at which it has something to teach.",
        OVER_MAZES,
    ),
    "imitation_mean": Definition(
        "imitation loss over the landscape",
        "nats",
        "episodes",
        "The same loss, a mean over all pixels of the landscape.",
        OVER_MAZES,
    ),
}
