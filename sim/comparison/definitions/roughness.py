"""Definitions of how rough landscapes are. Bowls and other mazes are controls, through the same pipeline."""

from dataclasses import replace

from sim.comparison.definitions.definition import OVER_PAIRS, OVER_PLANES, OVER_WALKS, Definition

HOELDER = (
    "Slope / p of log(mean |increment|^p) against log(lag) on the landscape of several mazes, median over rows and "
    "columns (Gneiting, Sevcikova, Percival 2012). A cliff measures 1 at p = 1 and 1/2 at p = 2; a rough field "
    "measures the same at both."
)
UNCERTAINTY = (
    "Pairs of genomes at a distance e eat differently in a share of mazes that grows as e^a (Grebogi, McDonald, Ott, "
    "Yorke 1983); this is a. A smooth boundary has 1; the nearer to 0, the more of space is boundary. It is measured "
    "in all of genome space, base points so many norms from the champion."
)
PLAIN: dict[str, Definition] = {
    "boundary": Definition(
        "boundary dimension",
        "",
        "blocks of planes",
        "Box-counting dimension of where the pellets of one maze change, in small windows off the peak that each have "
        "a maze of their own: 2 minus the slope of log(share of boxes that hold a change) against log(side).",
        OVER_PLANES,
    ),
    "level": Definition(
        "level dimension",
        "",
        "blocks of planes",
        "Box-counting dimension of a level line of the landscape of several mazes: the level that a quarter, half or "
        "three quarters of the pixels lie at or below.",
        OVER_PLANES,
    ),
    "lines": Definition(
        "line dimension",
        "",
        "blocks of lines",
        "1 minus the slope of log(share of points whose pellets of one maze differ one stride on) against log(stride), "
        "along rows and columns; the boundary has a dimension 1 higher. As only two pixels are compared, what lies "
        "hidden between cannot bias it.",
        OVER_PLANES,
    ),
    "hoelder_1": Definition("Hoelder exponent, p = 1", "", "transects", HOELDER, OVER_PLANES),
    "hoelder_2": Definition("Hoelder exponent, p = 2", "", "transects", HOELDER, OVER_PLANES),
    "hoelder_ratio": Definition(
        "ratio of slopes",
        "",
        "transects",
        "Slope at p = 2 over that at p = 1 of the variograms: 1 for a field that jumps, 2 for one that is rough, or "
        "smooth.",
        OVER_PLANES,
    ),
    "uncertainty": Definition("uncertainty exponent", "", "pairs", UNCERTAINTY, OVER_PAIRS),
}
BOWLS = {
    f"{key}_bowl": replace(
        each,
        name=f"{each.name}, bowl",
        meaning=f"A control: a quadratic bowl with exactly the same heights, as often. {each.meaning}",
    )
    for key, each in PLAIN.items()
}
OTHERS = {
    f"{key}_other": replace(
        each, name=f"{each.name}, other mazes", meaning=f"A control: the same in as many other mazes. {each.meaning}"
    )
    for key, each in PLAIN.items()
}
LOSSES = {
    f"{key}_loss": replace(
        PLAIN[key],
        name=f"{PLAIN[key].name}, imitation loss",
        meaning=f"Of the landscape of the imitation loss. {PLAIN[key].meaning}",
    )
    for key in ("hoelder_1", "hoelder_2", "hoelder_ratio")
}
WALKS: dict[str, Definition] = {
    "ruggedness": Definition(
        "ruggedness length",
        "steps",
        "walks",
        "Correlation length -1 / ln r(1) of pellets along random walks that stay at one distance from the "
        "champion (Weinberger 1990), in steps of the length that is given: it means nothing without it.",
        OVER_WALKS,
    ),
    "neutrality": Definition(
        "neutrality",
        "%",
        "base points",
        "Share of random neighbours, one step away, that eat exactly as many pellets.",
        OVER_PAIRS,
    ),
    "neutral_walk": Definition(
        "neutral walk",
        "steps",
        "walks",
        "Mean steps of walks that go ever farther without a change of pellets, until none of 16 random neighbours "
        "will do (after Huynen, Stadler, Fontana 1996).",
        OVER_WALKS,
    ),
    "last_place": Definition(
        "flips in the last place",
        "%",
        "pixels",
        "A control: share of the pixels on boundaries that eat differently in some maze when every weight moves "
        "by one unit in its last place, up or down at random.",
        "The interval is a 95 % bootstrap over pixels.",
    ),
    "lyapunov": Definition(
        "Lyapunov exponent",
        "1/step",
        "lives",
        "Mean log growth a step of a small difference of hidden states, driven by what the champion senses in its own "
        "lives (Benettin et al. 1976). It is the brain's alone: below 0 differences die out there, and what is fine in "
        "the landscape comes of foragers that once acted differently and see other things. Were it lambda above 0, a "
        "life of T steps would leave nothing finer than about exp(-lambda T).",
        "The interval is a 95 % bootstrap over lives.",
    ),
}
ROUGHNESS = {**PLAIN, **BOWLS, **OTHERS, **LOSSES, **WALKS}
