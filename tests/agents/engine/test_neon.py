"""The kernels of 64-bit ARM processors, compiled on any machine: packed multiply-adds, and no calls."""

import re

import llvmlite.binding
import pytest
from llvmlite import ir
from numba import types
from numba.core.registry import cpu_target

from agents.engine.tile import INDEX, Rows
from agents.network import cells
from sim.rollout import cpu

TRIPLE = "aarch64-unknown-linux-gnu"
FLOATS = {types.float32: "4s", types.float64: "2d"}  # the type -> how NEON names its vectors
WHOLE = types.int64


@pytest.fixture
def arm(monkeypatch):
    """LLVM's machine for ARM; blocks have as many rows as there, where registers have 128 bits."""
    monkeypatch.setattr("agents.engine.registers.vector_bits", lambda: 128)
    llvmlite.binding.initialize_all_targets()
    llvmlite.binding.initialize_all_asmprinters()
    try:
        target = llvmlite.binding.Target.from_triple(TRIPLE)
    except RuntimeError:
        pytest.skip("this llvmlite cannot compile for aarch64")
    return target.create_target_machine(cpu="neoverse-n1", opt=3)


def compiled(arm, body, *kinds):
    """The assembly of a function that has the instructions of an emitter, for arguments of these numba types."""
    context, module = cpu_target.target_context, ir.Module()
    module.triple, module.data_layout = TRIPLE, str(arm.target_data)
    kinds, missing = [kind for kind in kinds if kind is not None], [kind is None for kind in kinds]
    words = [context.get_value_type(kind) if isinstance(kind, types.Array) else INDEX for kind in kinds]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), words), "emitted")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    given = zip(kinds, function.args, strict=True)
    arguments = (Rows(context, builder, *one) if isinstance(one[0], types.Array) else one[1] for one in given)
    body(builder, *(None if left_out else next(arguments) for left_out in missing))
    builder.ret_void()
    parsed = llvmlite.binding.parse_assembly(str(module))
    options = llvmlite.binding.create_pipeline_tuning_options(speed_level=3)
    passes = llvmlite.binding.create_pass_builder(arm, options)
    passes.getModulePassManager().run(parsed, passes)
    return arm.emit_assembly(parsed)


def array(dtype, ndim=2):
    return types.Array(dtype, ndim, "C")


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_step_of_a_network_is_packed_multiply_adds(arm, kind, packed):
    rows, weights = array(kind), array(kind) if packed else array(kind, 1)
    assembly = compiled(arm, cells.forward.body, WHOLE, WHOLE, weights, rows, rows, rows, rows)
    assert re.search(rf"\bfmla\s+v\d+\.{FLOATS[kind]}", assembly)
    assert re.search(rf"\bfdiv\s+v\d+\.{FLOATS[kind]}", assembly)
    assert not re.search(r"\bfmadd\b|\bblr?\b", assembly)  # no number alone, and no call


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize(("kind", "integer"), [(types.float32, types.int32), (types.float64, types.int64)])
def test_a_step_in_the_world_calls_nothing(arm, kind, integer, watched):
    rows = [array(kind), array(types.uint8), array(integer), array(kind), array(integer)]
    observed = array(integer) if watched else None
    assembly = compiled(arm, cpu.act.body, WHOLE, WHOLE, WHOLE, *rows, observed)
    assert f".{FLOATS[kind]}" in assembly
    assert not re.search(r"\bblr?\b", assembly)
