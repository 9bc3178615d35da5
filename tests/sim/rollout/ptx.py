"""Executes PTX, to which our kernels compile, without a GPU: all threads of a grid at once, in numpy, with checks.

T threads. A register is an array [T] of raw bits, and an instruction is one operation on such arrays. The threads at
the lowest instruction run first, so that threads which separated at a branch meet again. Semantics: NVIDIA, "Parallel
Thread Execution ISA", version 9, and `tests.sim.rollout.ptx_operations`. An unknown instruction raises a Fault that
names its line.

Accesses to memory are checked (see `ptx_memory`), and so are registers: each must be written before it is read, and
must be as wide as its values.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.sim.rollout.ptx_memory import Fault, Memory
from tests.sim.rollout.ptx_operations import OPERATIONS, dtype

Array = NDArray[Any]
Selection = NDArray[np.int64] | slice  # numbers of threads, or all of them
BRANCHES = ("bra", "bra.uni", "ret")
HALVES = {"mov.b64": "b32", "mov.b32": "b16"}  # moves that split a register, or join two
MASKS = {"pred": 1, "b8": 2**8 - 1, "b16": 2**16 - 1, "b32": 2**32 - 1, "b64": 2**64 - 1}
POISON = 0xA5A5A5A5A5A5A5A5  # value of a register in threads that have not written it, if others have
SINK = "_"  # in the place of a register: the value is not kept


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. The guard is a predicate and its value: only threads with this value execute it."""

    line: int
    opcode: str
    operands: tuple[str, ...]
    guard: tuple[str, bool] | None

    def fault(self, text: str) -> Fault:
        """An error that names this instruction."""
        return Fault(f"line {self.line}, {self.opcode} {', '.join(self.operands)}: {text}")


@dataclass(frozen=True, slots=True)
class Kernel:
    """The code of a kernel. `registers` and `parameters` have widths in bits, 1 for predicates; `threads` is B.

    `undefined` are the registers that no instruction writes.
    """

    code: tuple[Instruction, ...]
    labels: dict[str, int]
    registers: dict[str, int]
    parameters: dict[str, int]
    threads: int
    undefined: frozenset[str]


def parse(text: str) -> Kernel:
    """Parse a module with one kernel. Every statement is on its own line, as LLVM writes them."""
    code: list[Instruction] = []
    labels: dict[str, int] = {}
    registers: dict[str, int] = {}
    parameters: dict[str, int] = {}
    scopes: list[dict[str, str]] = []  # for each pair of braces: names declared there -> our unique names
    threads = 0
    for line, raw in enumerate(text.splitlines(), start=1):
        statement = raw.split("//")[0].strip().rstrip(";").strip()
        if match := re.fullmatch(r"\.param \.[a-z](\d+)\b.* (\w+),?", statement):
            parameters[match[2]] = int(match[1])
        elif match := re.fullmatch(r"\.reqntid (\d+)", statement):
            threads = int(match[1])
        elif statement == "{":
            scopes.append({})
        elif statement == "}":
            scopes.pop()
            if not scopes:
                break
        elif match := re.fullmatch(r"\.reg \.(pred|[a-z]\d+)\s+(.*)", statement):
            width = 1 if match[1] == "pred" else int(match[1][1:])
            for name in match[2].split(","):
                stem, count = re.fullmatch(r"\s*([%\w]+)(?:<(\d+)>)?\s*", name).groups()  # type: ignore[union-attr]
                for declared in [stem] if count is None else [f"{stem}{number}" for number in range(int(count))]:
                    scopes[-1][declared] = declared if len(scopes) == 1 else f"{declared}:{line}"
                    registers[scopes[-1][declared]] = width
        elif match := re.fullmatch(r"(\S+):", statement):
            labels[match[1]] = len(code)
        elif scopes and statement and not statement.startswith(".loc"):
            for name, unique in scopes[-1].items() if len(scopes) > 1 else ():
                statement = re.sub(rf"(?<![%\w]){name}\b", unique, statement)
            code.append(_instruction(line, statement))
    targets = (instruction.operands[0] for instruction in code if instruction.operands)
    written = {name for target in targets for name in _names(target)}
    return Kernel(tuple(code), labels, registers, parameters, threads, frozenset(registers.keys() - written))


def _instruction(line: int, statement: str) -> Instruction:
    match = re.fullmatch(r"(?:@(!?)(\S+)\s+)?([\w.:]+)\s*(.*)", statement)
    if match is None:
        raise Fault(f"line {line}, {statement}: not an instruction")
    guard = (match[2], not match[1]) if match[2] else None
    return Instruction(line, match[3], tuple(re.findall(r"\[[^]]*\]|\{[^}]*\}|[^\s,]+", match[4])), guard)


class Threads:
    """The threads of several programs of a grid: their registers, and the position of each thread in the code."""

    def __init__(self, kernel: Kernel, programs: Sequence[int], parameters: dict[str, int], memory: Memory) -> None:
        """Start all threads at the first instruction, with no register written."""
        self.kernel, self.memory, self.parameters = kernel, memory, parameters
        block, lane = np.repeat(np.asarray(programs, np.uint32), kernel.threads), np.arange(kernel.threads)
        self.special = {"%ctaid.x": block, "%tid.x": np.tile(lane.astype(np.uint32), len(programs))}
        self.number = np.arange(len(block))
        self.at = np.zeros(len(block), np.int64)
        self.values: dict[str, Array] = {}

    def run(self) -> None:
        """Run until all threads have returned."""
        code = self.kernel.code
        ends = {at + 1 for at, instruction in enumerate(code) if instruction.opcode in BRANCHES}
        ends |= {*self.kernel.labels.values(), len(code)}
        while (first := int(self.at.min())) < len(code):
            here = np.flatnonzero(self.at == first)
            active: Selection = slice(None) if len(here) == len(self.at) else here
            stop = min(end for end in ends if end > first)
            self.at[active] = stop
            for instruction in code[first:stop]:
                taking_part = self._guarded(instruction, active)
                if len(self.at[taking_part]):
                    self._step(instruction, taking_part)

    def _guarded(self, instruction: Instruction, active: Selection) -> Selection:
        if instruction.guard is None:
            return active
        name, wanted = instruction.guard
        holds = self._read(name, "pred", active) == wanted
        return active if holds.all() else self.number[active][holds]

    def _step(self, instruction: Instruction, active: Selection) -> None:
        opcode, operands = instruction.opcode, instruction.operands
        try:
            if opcode in BRANCHES:
                self.at[active] = len(self.kernel.code) if opcode == "ret" else self.kernel.labels[operands[0]]
            elif match := re.fullmatch(r"(ld|st)\.global(?:\.v([24]))?\.[a-z](8|16|32|64)", opcode):
                self._access(match[1], int(match[2] or 1), int(match[3]) // 8, operands, active)
            elif match := re.fullmatch(r"ld\.param\.(b32|b64)", opcode):
                name = operands[1].strip("[]")
                if f"b{self.kernel.parameters[name]}" != match[1]:
                    raise Fault("not the width of the parameter")
                value = np.full(len(self.number[active]), self.parameters[name] & MASKS[match[1]], dtype(match[1]))
                self._write(operands[0], value, active)
            elif opcode in HALVES and operands[0].startswith("{"):
                whole = np.ascontiguousarray(self._read(operands[1], opcode[4:], active))
                for column, name in enumerate(_names(operands[0])):
                    if name == SINK:
                        continue
                    self._write(name, whole.view(dtype(HALVES[opcode])).reshape(-1, 2)[:, column], active)
            elif opcode in HALVES and operands[1].startswith("{"):
                low, high = (self._half(name, HALVES[opcode], active) for name in _names(operands[1]))
                self._write(operands[0], np.stack([low, high], axis=1).view(dtype(opcode[4:]))[:, 0], active)
            else:
                operation = OPERATIONS[opcode]
                sources = zip(operands[1:], operation.kinds, strict=True)
                result = operation.function(*(self._read(name, kind, active) for name, kind in sources))
                self._write(operands[0], result.astype(dtype(operation.result), copy=False), active)
        except KeyError as error:
            raise instruction.fault(f"{error.args[0]} is not known") from error
        except (Fault, ValueError, ZeroDivisionError) as error:
            raise instruction.fault(str(error)) from error

    def _access(self, way: str, count: int, width: int, operands: tuple[str, ...], active: Selection) -> None:
        """Load or store a vector."""
        (where,) = (operand for operand in operands if operand.startswith("["))
        (registers,) = (operand for operand in operands if not operand.startswith("["))
        match = re.fullmatch(r"\[\s*(%\w+)\s*(?:\+\s*(-?\d+)\s*)?\]", where)
        if match is None or len(names := _names(registers)) != count:
            raise Fault("not an address and as many registers")
        address = self._read(match[1], "b64", active) + np.uint64(int(match[2] or 0) & MASKS["b64"])
        if way == "st":
            values = [self._read(name, f"b{8 * width}", active) for name in names]
            self.memory.store(address, values, width, self.number[active])
            return
        for name, value in zip(names, self.memory.load(address, width, count, self.number[active]), strict=True):
            self._write(name, value.astype(np.uint16) if width == 1 else value, active)

    def _read(self, operand: str, kind: str, active: Selection) -> Array:
        if operand in self.special:
            return self.special[operand][active]
        if operand not in self.kernel.registers:
            return np.broadcast_to(_number(operand, kind), len(self.number[active]))
        if operand not in self.values:
            raise Fault(f"{operand} is read before it is written")
        if self.values[operand].itemsize != dtype(kind).itemsize:
            raise Fault(f"{operand} is not {kind}")
        return self.values[operand][active].view(dtype(kind))

    def _half(self, operand: str, kind: str, active: Selection) -> Array:
        """A register to be joined with another. LLVM joins one that nothing ever writes where no result needs it."""
        if operand in self.kernel.undefined:
            return np.full(len(self.number[active]), POISON & MASKS[kind], dtype(kind))
        return self._read(operand, kind, active)

    def _write(self, name: str, value: Array, active: Selection) -> None:
        width = self.kernel.registers[name]
        kind = "pred" if width == 1 else f"b{width}"
        if value.itemsize != dtype(kind).itemsize:
            raise Fault(f"{name} is not as wide as the result")
        if isinstance(active, slice):
            self.values[name] = value.view(dtype(kind))
            return
        old = self.values.get(name)
        self.values[name] = np.full(len(self.at), POISON & MASKS[kind], dtype(kind)) if old is None else old.copy()
        self.values[name][active] = value.view(dtype(kind))


def _names(operand: str) -> list[str]:
    return re.findall(r"[%\w:]+", operand)


@cache
def _number(text: str, kind: str) -> Array:
    """An immediate operand, as a number of a type."""
    bits = int(text[2:], 16) if text[:2] in ("0f", "0d") else int(text, 0)
    return np.array(bits & MASKS[f"b{8 * dtype(kind).itemsize}"], f"u{dtype(kind).itemsize}").view(dtype(kind))


def run(kernel: Kernel, programs: Sequence[int], arguments: Sequence[Array | int]) -> dict[str, Array]:
    """Run several programs of a grid, all their threads at once; the arguments are arrays [...] and integers, in order.

    Returns the registers at the end: name -> bits [T].
    """
    memory = Memory()
    values = [memory.add(value) if isinstance(value, np.ndarray) else value for value in arguments]
    threads = Threads(kernel, programs, dict(zip(kernel.parameters, values, strict=False)), memory)
    with np.errstate(all="ignore"):
        threads.run()
    return threads.values
