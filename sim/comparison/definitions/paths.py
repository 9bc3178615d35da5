"""Definitions of what lies between champions."""

from sim.comparison.definitions.definition import ALONE, OVER_MAZES, Definition

PATHS: dict[str, Definition] = {
    "off_plane_most": Definition(
        "farthest off the plane",
        "distances",
        "champions",
        "The largest distance of the run's champions from the plane, in distances between the two champions that "
        "span it.",
        ALONE,
    ),
    "off_plane_mean": Definition(
        "mean distance off the plane",
        "distances",
        "champions",
        "The mean of that distance over the run's champions.",
        ALONE,
    ),
    "seen": Definition(
        "movement on the plane",
        "%",
        "steps",
        "Share of the squared steps between the run's champions, its beginning first, that lies along the plane.",
        ALONE,
    ),
    "travelled": Definition(
        "way from the beginning",
        "norms",
        "genomes",
        "Distance from where learning began, over the norm of that genome.",
        ALONE,
    ),
    "distance": Definition(
        "distance",
        "norms",
        "weights",
        "Euclidean distance of the two champions' genomes, over the norm of the first.",
        ALONE,
    ),
    "cosine": Definition(
        "cosine",
        "",
        "weights",
        "Cosine of the angle between the two champions' genomes; 0 is what random ones have.",
        ALONE,
    ),
    "norms": Definition(
        "ratio of norms",
        "",
        "weights",
        "Norm of the other genome over that of the first.",
        ALONE,
    ),
    "pellets_barrier": Definition(
        "barrier in pellets",
        "%",
        "mazes",
        "The most by which the path falls below the straight line between its ends' values, in percent of the "
        "pellets there are (Garipov et al. 2018), greedy play; 0 where it never does.",
        OVER_MAZES,
    ),
    "imitation_barrier": Definition(
        "barrier in imitation loss",
        "nats",
        "episodes",
        "The most by which the loss on the path exceeds the straight line between its ends' losses (Garipov et "
        "al. 2018).",
        OVER_MAZES,
    ),
    "barrier_at": Definition(
        "barrier at",
        "t",
        "mazes",
        "Where on the path the barrier is, from 0 to 1.",
        OVER_MAZES,
    ),
    "detour": Definition(
        "detour",
        "",
        "curves",
        "How far the trained curve leaves the line at its middle, as a share of the distance between its ends. "
        "The curve is a quadratic Bezier, of which only the middle point is trained (Garipov et al. 2018).",
        ALONE,
    ),
    "mode_connectivity": Definition(
        "mode connectivity",
        "%",
        "mazes",
        "On the curve trained for pellets: mean error of the ends less the error where it differs most from that, "
        "among t = 0, 1/4, 1/2, 3/4, 1; the error is the percentage of pellets left. Below 0 is a barrier, near "
        "0 connected, above 0 poor ends (Yang et al. 2021).",
        OVER_MAZES,
    ),
    "mode_connectivity_inside": Definition(
        "mode connectivity, inside",
        "%",
        "mazes",
        "The same among t = 1/4, 1/2, 3/4 alone. Where the ends differ by more than what lies between, the other "
        "number is half their difference, and its sign says nothing.",
        OVER_MAZES,
    ),
    "distance_aligned": Definition(
        "distance, aligned",
        "norms",
        "weights",
        "The distance once the hidden units of the other champion are renamed, and their signs flipped, to lie as "
        "near as found; such a twin behaves the same, up to rounding (Hecht-Nielsen 1990; search: Vogelstein et "
        "al. 2015).",
        ALONE,
    ),
    "distance_random": Definition(
        "distance, random twins",
        "norms",
        "twins",
        "A control: mean distance of random twins.",
        "The interval is a 95 % bootstrap over them.",
    ),
    "distance_stranger": Definition(
        "distance, aligned strangers",
        "norms",
        "genomes",
        "A control: mean distance of random genomes with the norms of the other's rows, once they are aligned in the "
        "same way: what alignment finds where nothing is in common.",
        "The interval is a 95 % bootstrap over them.",
    ),
    "distance_planted": Definition(
        "distance, planted",
        "norms",
        "weights",
        "A control: a random twin of the first champion, aligned to that champion; 0 if the search finds what is "
        "there.",
        ALONE,
    ),
    "moved": Definition(
        "units moved",
        "units",
        "units",
        "Hidden units that alignment renames or flips.",
        ALONE,
    ),
    "twin_difference": Definition(
        "what the twin eats more",
        "pellets",
        "mazes",
        "A control: pellets of the aligned twin less the champion's, which differ by rounding alone.",
        OVER_MAZES,
    ),
}
