"""The processor that kernels are compiled for: this one, or this one as if its vectors were narrower.

FORAGESCAPE_VECTOR_BITS=256 in the environment limits all kernels of a process to vectors of so many bits. So a machine
with AVX-512 tests and times the code that processors with AVX2 run. It changes no bit of any result.
"""

import logging
import multiprocessing
import os
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import llvmlite.binding
import numba
from llvmlite import ir
from numba.core import codegen
from numba.core.registry import cpu_target

from agents.errors import UserError

VARIABLE = "FORAGESCAPE_VECTOR_BITS"
WIDTHS = (256, 512)  # of x86: what has less has no fused multiply-add
WIDER = ("avx512", "avx10", "amx-avx512")  # the beginnings of the names of extensions with vectors above 256 bits
WIDEST = ",-prefer-256-bit"  # some processors have wider vectors than LLVM prefers for them


@cache
def vector_bits() -> int:
    """The bits of the vectors of kernels: those that FORAGESCAPE_VECTOR_BITS asks for, or else the widest there are."""
    return chosen_bits() or _widest_bits()


@cache
def chosen_bits() -> int | None:
    """The width that FORAGESCAPE_VECTOR_BITS asks for; None if it is not set.

    Raises UserError for a width that does not exist or that this machine lacks.
    """
    text = os.environ.get(VARIABLE, "")
    if not text:
        return None
    widest = _widest_bits()
    offered = [bits for bits in WIDTHS if bits <= widest] if _is_x86() else [widest]
    if text not in map(str, offered):
        names = " or ".join(filter(None, (", ".join(map(str, offered[:-1])), str(offered[-1]))))
        raise UserError(f"{VARIABLE} must be {names} on this machine, got {text!r}")
    return int(text)


def limit_kernels() -> None:
    """Make numba compile for the chosen width. Call it before the first kernel is defined.

    Raises UserError if the width cannot be had, or if numba has begun to compile for another one.
    """
    bits = chosen_bits()
    if bits is None or bits == _widest_bits():
        return
    wanted = _features() + limits(bits, _extensions())
    if "_toplevel_target_context" in vars(cpu_target):
        if cpu_target.target_context.codegen().magic_tuple()[2] != wanted:
            raise UserError(f"{VARIABLE}={bits} is too late: numba has already compiled for another width")
        return
    config: Any = numba.config
    config.CPU_FEATURES = wanted


def limits(bits: int, extensions: Iterable[str]) -> str:
    """What LLVM's list of features needs at its end, so that no vector of x86 is wider; `extensions` names them all."""
    return "".join(f",-{name}" for name in extensions if name.startswith(WIDER)) if bits < WIDTHS[-1] else ""


@cache
def warn_without_fma() -> None:
    """Say in one line on stderr, once for a process and its workers, that this processor has no fused multiply-add."""
    if multiprocessing.parent_process() is None and not has_fma():
        logging.getLogger(__name__).warning(
            "this processor has no fused multiply-add (or NUMBA_CPU_NAME hides it): "
            "rollouts have the same results, but are many times slower"
        )


@cache
def has_fma() -> bool:
    """True if the processor multiplies and adds in one instruction; else a kernel calls a function of libm for it."""
    module, number = ir.Module(), ir.FloatType()
    function = ir.Function(module, ir.FunctionType(number, [number] * 3), "multiply_add")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(builder.fma(*function.args))
    assembly = _machine(_features()).emit_assembly(llvmlite.binding.parse_assembly(str(module)))
    return re.search(r"\bfmaf\b", assembly) is None


@cache
def _features() -> str:
    """The features of the processor as numba gives them to LLVM, before this module limits them."""
    config: Any = numba.config
    numba_codegen: Any = codegen
    features: str = numba_codegen.get_host_cpu_features() if config.CPU_FEATURES is None else config.CPU_FEATURES
    return features


def _extensions() -> Iterable[str]:
    """The names of all extensions of this kind of processor, whether it has them or not."""
    binding: Any = llvmlite.binding
    names: Iterable[str] = binding.get_host_cpu_features()
    return names


def _machine(features: str) -> Any:
    config: Any = numba.config
    name = config.CPU_NAME or llvmlite.binding.get_host_cpu_name()
    return _native().create_target_machine(cpu=name, features=features, opt=3)


def _native() -> Any:
    llvmlite.binding.initialize_native_target()
    llvmlite.binding.initialize_native_asmprinter()
    return llvmlite.binding.Target.from_default_triple()


def _is_x86() -> bool:
    name: str = _native().name
    return name.startswith("x86")


@cache
def _widest_bits() -> int:
    """The bits of the widest float vector that LLVM chooses for a plain loop."""
    llvm = llvmlite.binding
    machine = _machine(_features() + WIDEST * _is_x86())
    module = llvm.parse_assembly(str(_sum_of_arrays()))
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return 32 * max((int(width) for width in re.findall(r"<(\d+) x float>", str(module))), default=1)


def _sum_of_arrays() -> ir.Module:
    """An LLVM module with the plain loop `a[i] += b[i]`, which LLVM can vectorise."""
    module, pointer, index_type = ir.Module(), ir.FloatType().as_pointer(), ir.IntType(64)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "add")
    for argument in function.args:
        argument.add_attribute("noalias")
    entry, body, leave = (function.append_basic_block(name) for name in ("entry", "body", "leave"))
    ir.IRBuilder(entry).branch(body)
    builder = ir.IRBuilder(body)
    index = builder.phi(index_type)
    to, other = (builder.gep(argument, [index]) for argument in function.args)
    builder.store(builder.fadd(builder.load(to), builder.load(other)), to)
    following = builder.add(index, index_type(1))
    index.add_incoming(index_type(0), entry)
    index.add_incoming(following, body)
    builder.cbranch(builder.icmp_signed("==", following, index_type(4096)), leave, body)
    ir.IRBuilder(leave).ret_void()
    return module
