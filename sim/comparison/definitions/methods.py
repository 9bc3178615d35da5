"""Definitions of what is claimed of methods, over many runs of each."""

from sim.comparison.definitions.definition import Definition

OVER_RUNS = (
    "The number is the interquartile mean over the runs of a method (Agarwal et al. 2021); its interval is a 95 % "
    "percentile bootstrap over whole runs, each method by itself. Of values that are normal it holds the truth in 93 % "
    "of all cases with ten runs, in 89 % with five; fewer than four have none. All runs see the same mazes and equally "
    "drawn directions, which are not in it."
)
OVER_PAIRS = (
    "The number is the interquartile mean over pairs of runs. Within a method, each run is paired with the next one, "
    "the last with the first; as every run then stands in two pairs, which at most doubles the variance of a mean "
    "(Hoeffding 1948), a bootstrap draws half as many pairs as there are; fewer than eight have no interval. Between "
    "two methods, each run is paired with one of another seed, as runs of one seed may begin at one genome; no run "
    "stands in two pairs, and the bootstrap draws as many as there are."
)
NOISE = (
    "Mean pellets of genomes around the champion, normal noise of standard deviation {} on every weight, as a share "
    "of the champion's own in the same mazes: smoothed fitness (Lehman et al. 2018) over fitness. The noise is alike "
    "in weights, and so smaller in norms around a longer genome."
)
UNCERTAINTY = (
    "Pairs of genomes at a distance e eat differently in a share of mazes that grows as e^a (Grebogi, McDonald, Ott, "
    "Yorke 1983); this is a, {} norms from the champion, in all of genome space. A smooth boundary has 1; the nearer "
    "to 0, the more of space is boundary."
)
AROUND: dict[str, tuple[str, str, str]] = {
    "share": (
        "pellets eaten",
        "%",
        "Share of all pellets that the champion eats, always taking its best action, in validation mazes that no "
        "champion was chosen on.",
    ),
    "share_sampled": (
        "pellets eaten, sampled",
        "%",
        "The same where actions are drawn from the softmax of the outputs, by draws that are the same for all "
        "champions. How sharp that softmax is matters here alone, and a run that learns by greedy play, as evolution "
        "does, never had a reason to choose it.",
    ),
    "share_ablated": (
        "pellets eaten, without memory",
        "%",
        "The same of greedy play where the hidden state is zeroed before every step.",
    ),
    "ablation": (
        "lost without memory",
        "points",
        "Pellets eaten less those without memory, in points of all pellets.",
    ),
    "norm": ("length of the genome", "weights", "The Euclidean norm of the champion's weights."),
    "travelled": (
        "way from the beginning",
        "norms",
        "Distance of the champion from the genome where learning began (the first of an evolved run's population), in "
        "norms of the latter.",
    ),
    "left_0.05": ("left under noise of 0.05", "%", NOISE.format("0.05")),
    "left_0.1": ("left under noise of 0.1", "%", NOISE.format("0.1")),
    "half_radius": (
        "radius of half fitness",
        "norms",
        "Median distance at which a random direction first falls below half of the champion's pellets, on a grid of "
        "eight radii an octave; 4 where most directions fall nowhere below half. Each unit's weights are moved in "
        "proportion to their norm, in norms of the champion.",
    ),
    "half_radius_weights": (
        "absolute radius of half fitness",
        "weights",
        "The same distance, not as a share of the champion's norm: which method stands on the broader hill may depend "
        "on the unit.",
    ),
    "uncertainty_0.05": ("uncertainty exponent, 0.05 norms out", "", UNCERTAINTY.format("0.05")),
    "uncertainty_0.3": ("uncertainty exponent, 0.3 norms out", "", UNCERTAINTY.format("0.3")),
    "uncertainty_0.7": ("uncertainty exponent, 0.7 norms out", "", UNCERTAINTY.format("0.7")),
    "ruggedness": (
        "ruggedness length",
        "steps",
        "Correlation length -1 / ln r(1) of mean pellets along random walks that stay 0.3 norms from the champion "
        "(Weinberger 1990), in steps of 0.01 norms unless set otherwise.",
    ),
    "neutrality": (
        "neutrality",
        "%",
        "Share of random neighbours, 0.001 norms away unless set otherwise, that eat exactly as many pellets; 0.3 "
        "norms from the champion.",
    ),
    "last_place": (
        "flips in the last place",
        "%",
        "Share of the pixels on boundaries, about 4096 of them at most, that eat differently in some maze when every "
        "weight moves by one unit in its last place, up or down at random; on random planes that reach 0.7 norms to "
        "either side.",
    ),
    "loss": (
        "imitation loss",
        "nats",
        "Cross-entropy of the champion's softmax to the actions of a teacher with perfect memory, a taught step, on "
        "the teacher's lives in the same mazes. Only imitation learns to make it small.",
    ),
    "hessian_top": (
        "top curvature of the loss",
        "nats / weight²",
        "Eigenvalue of largest magnitude of the Hessian of the imitation loss through the first 20 steps of life, by "
        "power iteration on products by two derivatives (Pearlmutter 1994), in float64. Below 0 where the loss bends "
        "down more sharply than up, as it may about champions that did not learn to make it small.",
    ),
    "hessian_trace": (
        "curvature of the loss, trace",
        "nats / weight²",
        "Trace of the same Hessian by random signs (Hutchinson 1989).",
    ),
}
BETWEEN: dict[str, tuple[str, str, str]] = {
    "distance": ("distance", "norms", "Distance of the champions of two runs, in the mean of their norms."),
    "distance_aligned": (
        "distance, aligned",
        "norms",
        "The same once the second champion is replaced by the nearest of its twins that is found: hidden units "
        "renamed, signs flipped, which changes nothing that it does.",
    ),
    "distance_stranger": (
        "distance of strangers, aligned",
        "norms",
        "A control: the same of random genomes with the norms of the second champion's rows.",
    ),
    "nearer": (
        "nearer than strangers",
        "norms",
        "How much nearer the aligned champion is than the aligned strangers of the same pair.",
    ),
    "barrier": (
        "barrier",
        "points",
        "How far pellets eaten, in percent of all, fall below the straight line between the ends' own, at worst on the "
        "straight line between two champions.",
    ),
    "barrier_aligned": ("barrier, aligned", "points", "The same once the second champion is aligned to the first."),
    "spared": ("barrier that alignment spares", "points", "The barrier less that of the same pair aligned."),
}
LESS = (
    "The interquartile mean of the first method less that of the second. Two methods are told apart where its 95 % "
    "interval, from both methods' resamples, does not hold 0; of twenty true nothings, about one is told apart all the "
    "same, and no correction is made for how many are looked at. It has no interval where one of the two has none."
)
METHODS: dict[str, Definition] = {
    **{
        f"runs.{key}": Definition(name, unit, "runs", meaning, OVER_RUNS)
        for key, (name, unit, meaning) in AROUND.items()
    },
    **{
        f"runs.{key}": Definition(name, unit, "pairs", meaning, OVER_PAIRS)
        for key, (name, unit, meaning) in BETWEEN.items()
    },
    **{
        f"less.{key}": Definition(
            f"difference of {name}", "points" if unit == "%" else unit, counted, f"{meaning} {LESS}"
        )
        for counted, table in (("runs", AROUND), ("pairs", BETWEEN))
        for key, (name, unit, meaning) in table.items()
    },
    "improvement": Definition(
        "probability of a larger value",
        "",
        "runs or pairs",
        "The probability that a run of the first method has a larger value than one of the second, ties counting half "
        "(Mann, Whitney 1947; Agarwal et al. 2021): 0 or 1 where the methods do not overlap, 0.5 where neither is "
        "above. Whether larger is better depends on the quantity.",
        "The interval is a 95 % score interval (Newcombe 2006, method 5); pairs within a method count half, as "
        "every run stands in two.",
    ),
}
