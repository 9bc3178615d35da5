"""The vector registers of a machine, and how many rows fit them."""

import pytest

from agents import registers
from agents.registers import vector_bits, widest


def test_vectors_have_a_width_that_exists():
    assert vector_bits() in (32, 64, 128, 256, 512)


@pytest.mark.parametrize(("bits", "count"), [(512, 32), (256, 16), (128, 32)])
@pytest.mark.parametrize("itemsize", [4, 8])
def test_sums_source_and_weight_fit_the_registers(monkeypatch, bits, count, itemsize):
    monkeypatch.setattr(registers, "vector_bits", lambda: bits)
    apiece = 16 * 8 * itemsize // bits
    assert count / 2 <= (widest(itemsize) + 1) * apiece + 1 <= count


def test_machines_without_vectors_sum_some_rows(monkeypatch):
    monkeypatch.setattr(registers, "vector_bits", lambda: 32)
    assert widest(4) >= widest(8) >= 1
