"""Facts about this machine that kernels use: the width of its vector registers, the size of its level 1 cache."""

import re
from functools import cache
from pathlib import Path

import llvmlite.binding
from llvmlite import ir

ROWS = {512: (16, 8), 256: (6, 2)}  # bits of a register -> rows in a block if a row has 64 bytes, if it has 128
FEW_ROWS = (4, 2)  # the same for other registers
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
LEAST_CACHE = 32 << 10  # of the processors of today


def rows_per_block(row_bytes: int) -> int:
    """The number of rows of 64 or 128 bytes to sum at once, so that sums, source and weight fit the vector registers.

    A row of 16 float32 fills one register of 512 bits (a machine has 32 of them), two of 256 bits (of 16), or four of
    128 bits. A row of 16 float64 fills twice as many.
    """
    return ROWS.get(vector_bits(), FEW_ROWS)[row_bytes // 128]


@cache
def cache_bytes() -> int:
    """The bytes of a core's level 1 data cache; LEAST_CACHE if the system does not report it."""
    try:
        for folder in CACHES.glob("index*"):
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
            if level == "1" and kind in ("Data", "Unified"):
                return int(size.removesuffix("K")) << 10
    except (OSError, ValueError):
        pass
    return LEAST_CACHE


@cache
def vector_bits() -> int:
    """The bits of the widest float vector that LLVM chooses by itself on this machine."""
    llvm = llvmlite.binding
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
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
