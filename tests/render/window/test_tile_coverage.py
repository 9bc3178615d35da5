import pytest

from render.window.play.tile_coverage import TileCoverage


@pytest.fixture
def coverage(tmp_path):
    """Three frames of 1 x 2 tiles, in an empty folder."""
    return TileCoverage(tmp_path, (3, 1, 2))


def sweep(folder, frame, row, column):
    """Write a tile's file."""
    path = folder / str(frame) / str(row) / str(column)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_a_scan_finds_new_tiles_once(coverage, tmp_path):
    assert not coverage.scan()
    sweep(tmp_path, 1, 0, 1)
    assert coverage.scan()
    assert not coverage.scan()
    assert coverage.there.tolist() == [[[False, False]], [[False, True]], [[False, False]]]


def test_the_counts_follow_the_tiles(coverage, tmp_path):
    assert (coverage.count, coverage.begun, coverage.fraction, coverage.complete) == (0, 1, 0.0, False)
    sweep(tmp_path, 1, 0, 0)
    coverage.scan()
    assert (coverage.count, coverage.begun, coverage.fraction, coverage.complete) == (1, 2, 1 / 6, False)
    assert coverage.by_frame.tolist() == [0.0, 0.5, 0.0]
    for frame in range(3):
        for column in range(2):
            sweep(tmp_path, frame, 0, column)
    coverage.scan()
    assert (coverage.begun, coverage.complete) == (3, True)


def test_a_file_of_layers_covers_all_frames(tmp_path):
    coverage = TileCoverage(tmp_path, (3, 1, 2), depth=3)
    assert not coverage.scan()
    (tmp_path / "0/0").mkdir(parents=True)
    (tmp_path / "0/0/1").write_bytes(b"tile")
    assert coverage.scan()
    assert coverage.there.tolist() == [[[False, True]]] * 3
    assert not coverage.scan()
