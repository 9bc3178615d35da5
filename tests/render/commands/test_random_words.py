"""Random command lines end with exit code 0 or 2."""

import random

import pytest

from tests.render.commands.example_commands import COMPARE, EVOLVE, FILM, PICTURE, SWEEP, TRAIN, stray


@pytest.mark.parametrize("seed", range(3))
def test_random_words_never_end_in_a_traceback(here, door, monkeypatch, seed):
    monkeypatch.setattr("render.demo.demo", lambda config: {})
    monkeypatch.setattr("render.benchmark.bench", lambda seconds: {})
    rng = random.Random(seed)
    starts = [
        EVOLVE,
        TRAIN,
        COMPARE,
        SWEEP,
        FILM,
        PICTURE,
        ["evaluate", "run", "--mazes", "2"],
        ["info"],
        ["demo"],
        ["bench"],
        [],
    ]
    words = """
        --out --json --fresh --overwrite --dry-run --tour --plane --frame --config --split --view --palette --help
        --seed --hidden --title --genomes --radius --precision --no-relief --no-captions -- -ql --crf --first
        --depth --factor --every --cell --optimiser --genetic.elites run f.zarr f.mp4 f.png new.zarr new.mp4
        x.png run/config.toml other --quick --set pellets_eaten.mazes=2 --method reinforce --set film.frames=1
        run/champion.safetensors . / /dev/null 0 1 -1 4 1e9 nan inf zoom turn horizon mazes line gru generations cma
        test validation float64 land viridis = ü \udcff
    """
    for _ in range(60):
        asked = [*rng.choice(starts), *rng.choices(words.split(), k=rng.randint(1, 4))]
        code, _, _ = door(*asked)
        assert code in (0, 2), asked
    assert not stray(here)
