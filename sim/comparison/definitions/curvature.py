"""Definitions of curvature, and likeness of answers."""

from sim.comparison.definitions.definition import BY_ERRORS, OVER_DIRECTIONS, Definition

CURVATURE: dict[str, Definition] = {
    "hessian_top": Definition(
        "top curvature of the loss",
        "nats / weight²",
        "episodes",
        "Eigenvalue of largest magnitude of the imitation loss's Hessian, a squared unit of weight, by power "
        "iteration (relative 1e-3) on products by two derivatives (Pearlmutter 1994), in float64, through the "
        "first steps of life. Through many steps it tells of the chaos of the recurrence more than of the loss. "
        "One number of one bank of episodes, without an interval; an eigenvalue lies within residual times "
        "itself.",
        "",
    ),
    "hessian_trace": Definition(
        "curvature of the loss, trace",
        "nats / weight²",
        "random vectors",
        "Trace of the same Hessian by random signs (Hutchinson 1989).",
        "The interval is 1.96 standard errors of the estimate on either side. The bank of episodes is fixed.",
    ),
    "smooth_value": Definition(
        "smoothed fitness",
        "pellets",
        "genomes",
        "Mean pellets of genomes around the champion, normal noise on every weight: what evolution strategies "
        "climb (Lehman et al. 2018).",
        BY_ERRORS,
    ),
    "smooth_trace": Definition(
        "curvature of smoothed fitness, trace",
        "pellets / weight²",
        "genomes",
        "Trace of the Hessian of smoothed fitness, from how it changes with the variance of the noise, as for heat: n "
        "genomes at half of it, and as many at one and a half.",
        BY_ERRORS,
    ),
    "smooth_top": Definition(
        "top curvature of smoothed fitness",
        "pellets / weight²",
        "genomes",
        "Eigenvalue of largest magnitude of the sampled Hessian E[J(g + s e)(e e' - I)] / s^2. It is biased "
        "outwards by noise: compare it with what the same sample gives shuffled, and with the curvature along "
        "held-out directions.",
        "",
    ),
    "smooth_noise": Definition(
        "top curvature of shuffled fitness",
        "pellets / weight²",
        "genomes",
        "A control: the same eigenvalue once the values are shuffled. A top no larger than this shows nothing.",
        "",
    ),
    "smooth_held_out": Definition(
        "top curvature, held out",
        "pellets / weight²",
        "genomes",
        "Curvature that one half of the sample has along the top direction of the other: unbiased for that "
        "direction, and so on average no larger than the true top.",
        BY_ERRORS,
    ),
    "half_radius_lower": Definition(
        "radius of half fitness, lower quartile",
        "norms",
        "directions",
        "Within this distance a quarter of random directions first fall below half of the champion's pellets, on "
        "a grid of eight radii an octave.",
        OVER_DIRECTIONS,
    ),
    "half_radius": Definition(
        "radius of half fitness",
        "norms",
        "directions",
        "Median distance at which a random direction first falls below half of the champion's pellets, on a grid "
        "of eight radii an octave.",
        OVER_DIRECTIONS,
    ),
    "half_radius_upper": Definition(
        "radius of half fitness, upper quartile",
        "norms",
        "directions",
        "Within this distance three quarters of random directions first fall below half of the champion's "
        "pellets, on a grid of eight radii an octave.",
        OVER_DIRECTIONS,
    ),
    "censored": Definition(
        "never below half",
        "%",
        "directions",
        "Share of the directions that nowhere fall below half, as far as was looked.",
        OVER_DIRECTIONS,
    ),
    "cka_outputs": Definition(
        "likeness of outputs",
        "",
        "lives",
        "Linear CKA (Kornblith et al. 2019; biased) of what both champions answer to the same observations, those "
        "of all champions' lives; 1 is alike up to rotation and scale.",
        "The interval is a 95 % bootstrap over lives.",
    ),
    "cka_hidden": Definition(
        "likeness of hidden states",
        "",
        "lives",
        "The same of their hidden units.",
        "The interval is a 95 % bootstrap over lives.",
    ),
}
