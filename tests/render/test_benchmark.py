"""The benchmark measures every part of the program."""

from render import benchmark as bench


def test_the_whole_program_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "SIZE", (90, 160))
    monkeypatch.setattr(bench, "FRAMES", 8)
    monkeypatch.setattr(bench, "cpu_speeds", lambda seconds: [seconds])
    monkeypatch.setattr(bench, "fma_peak", lambda: 2e9)
    monkeypatch.setattr(bench, "sweep_speed", lambda folder: {"folder": folder.is_dir()})
    found = bench.bench(3.0)
    assert (found["fma_peak_gflops"], found["rollouts"], found["sweep"]) == (2.0, [3.0], {"folder": True})
    assert found["vector_bits"] in (32, 64, 128, 256, 512)
    assert set(found["film"]) == {"colour_fps", "land_fps", "encode_fps"}
    assert all(fps > 0 for fps in found["film"].values())
