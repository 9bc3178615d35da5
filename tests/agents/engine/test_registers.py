"""The vector registers of a machine, and how many rows fit them."""

import pytest

from agents.engine import registers
from agents.engine.registers import cache_bytes, rows_at_once, rows_per_block


@pytest.mark.parametrize(("bits", "count"), [(512, 32), (256, 16), (128, 32)])
@pytest.mark.parametrize("row_bytes", [64, 128])
def test_sums_source_and_weight_fit_the_registers(monkeypatch, bits, count, row_bytes):
    monkeypatch.setattr(registers, "vector_bits", lambda: bits)
    registers_per_row = 8 * row_bytes // bits
    assert count / 2 <= (rows_per_block(row_bytes) + 1) * registers_per_row + 1 <= count


@pytest.mark.parametrize("bits", [128, 256, 512])
@pytest.mark.parametrize("row_bytes", [64, 128])
def test_activations_fill_registers_by_whole_rows(monkeypatch, bits, row_bytes):
    monkeypatch.setattr(registers, "vector_bits", lambda: bits)
    used = rows_at_once(row_bytes) * row_bytes * 8 // bits
    assert 2 <= used <= 4 or rows_at_once(row_bytes) == 1


def test_machines_without_vectors_have_small_blocks(monkeypatch):
    monkeypatch.setattr(registers, "vector_bits", lambda: 32)
    assert rows_per_block(64) >= rows_per_block(128) >= 1
    assert rows_at_once(64) == rows_at_once(128) == 1


def caches(folder, *described):
    for index, (level, kind, size) in enumerate(described):
        at = folder / f"index{index}"
        at.mkdir()
        for name, text in (("level", level), ("type", kind), ("size", size)):
            (at / name).write_text(f"{text}\n")


@pytest.mark.parametrize(
    ("described", "size"),
    [
        ([("1", "Instruction", "64K"), ("1", "Data", "48K"), ("2", "Unified", "1024K")], 48 << 10),
        ([("1", "Data", "what?")], 32 << 10),
        ([], 32 << 10),
    ],
)
def test_the_level_1_data_cache_is_found(monkeypatch, tmp_path, described, size):
    caches(tmp_path, *described)
    monkeypatch.setattr(registers, "CACHES", tmp_path)
    assert cache_bytes.__wrapped__() == size
