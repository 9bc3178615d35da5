"""Run PTX without a GPU: what our kernels compile to, all threads of a grid at once, in numpy; a sanitizer, too.

T threads. A register is an array [T] of raw bits, and an instruction one operation on such arrays. Threads that wait at
the lowest instruction go first, so that those which parted at a branch meet again. Semantics: NVIDIA, "Parallel Thread
Execution ISA", version 9, and `tests.sim.rollout.ptx_operations`. What is not known is refused, with its line.

Memory is strict (see `ptx_memory`), and so are registers: each is written before it is read, and as wide as
what it holds.
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
Some = NDArray[np.int64] | slice  # numbers of threads, or all
BRANCHES = ("bra", "bra.uni", "ret")
MASKS = {"pred": 1, "b8": 2**8 - 1, "b16": 2**16 - 1, "b32": 2**32 - 1, "b64": 2**64 - 1}
POISON = 0xA5A5A5A5A5A5A5A5  # in threads that have not written a register, where others have


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; the guard is the predicate under which a thread takes part, and what that must be."""

    line: int
    opcode: str
    operands: tuple[str, ...]
    guard: tuple[str, bool] | None

    def fault(self, text: str) -> Fault:
        """An error that names this instruction."""
        return Fault(f"line {self.line}, {self.opcode} {', '.join(self.operands)}: {text}")


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel's code. `registers` and `parameters` give their widths in bits, 1 for predicates; `threads` are B."""

    code: tuple[Instruction, ...]
    labels: dict[str, int]
    registers: dict[str, int]
    parameters: dict[str, int]
    threads: int


def parse(text: str) -> Kernel:
    """Read a module of one kernel, whose statements stand on lines of their own, as LLVM writes them."""
    code: list[Instruction] = []
    labels: dict[str, int] = {}
    registers: dict[str, int] = {}
    parameters: dict[str, int] = {}
    scopes: list[dict[str, str]] = []  # of names declared in braces: what they are called here
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
                for own in [stem] if count is None else [f"{stem}{number}" for number in range(int(count))]:
                    scopes[-1][own] = own if len(scopes) == 1 else f"{own}:{line}"
                    registers[scopes[-1][own]] = width
        elif match := re.fullmatch(r"(\S+):", statement):
            labels[match[1]] = len(code)
        elif scopes and statement and not statement.startswith(".loc"):
            for name, own in scopes[-1].items() if len(scopes) > 1 else ():
                statement = re.sub(rf"(?<![%\w]){name}\b", own, statement)
            code.append(_instruction(line, statement))
    return Kernel(tuple(code), labels, registers, parameters, threads)


def _instruction(line: int, statement: str) -> Instruction:
    match = re.fullmatch(r"(?:@(!?)(\S+)\s+)?([\w.:]+)\s*(.*)", statement)
    if match is None:
        raise Fault(f"line {line}, {statement}: not an instruction")
    guard = (match[2], not match[1]) if match[2] else None
    return Instruction(line, match[3], tuple(re.findall(r"\[[^]]*\]|\{[^}]*\}|[^\s,]+", match[4])), guard)


class Threads:
    """The threads of some programs of a grid, their registers, and where each is in the code."""

    def __init__(self, kernel: Kernel, programs: Sequence[int], parameters: dict[str, int], memory: Memory) -> None:
        """All at the first instruction, with no register written."""
        self.kernel, self.memory, self.parameters = kernel, memory, parameters
        block, lane = np.repeat(np.asarray(programs, np.uint32), kernel.threads), np.arange(kernel.threads)
        self.special = {"%ctaid.x": block, "%tid.x": np.tile(lane.astype(np.uint32), len(programs))}
        self.number = np.arange(len(block))
        self.at = np.zeros(len(block), np.int64)
        self.values: dict[str, Array] = {}

    def run(self) -> None:
        """Run until all threads have returned."""
        code = self.kernel.code
        ends = {at + 1 for at, each in enumerate(code) if each.opcode in BRANCHES}
        ends |= {*self.kernel.labels.values(), len(code)}
        while (first := int(self.at.min())) < len(code):
            here = np.flatnonzero(self.at == first)
            some: Some = slice(None) if len(here) == len(self.at) else here
            stop = min(end for end in ends if end > first)
            self.at[some] = stop
            for instruction in code[first:stop]:
                taking_part = self._guarded(instruction, some)
                if len(self.at[taking_part]):
                    self._step(instruction, taking_part)

    def _guarded(self, instruction: Instruction, some: Some) -> Some:
        if instruction.guard is None:
            return some
        name, wanted = instruction.guard
        holds = self._read(name, "pred", some) == wanted
        return some if holds.all() else self.number[some][holds]

    def _step(self, instruction: Instruction, some: Some) -> None:
        opcode, operands = instruction.opcode, instruction.operands
        try:
            if opcode in BRANCHES:
                self.at[some] = len(self.kernel.code) if opcode == "ret" else self.kernel.labels[operands[0]]
            elif match := re.fullmatch(r"(ld|st)\.global(?:\.v([24]))?\.[a-z](8|16|32|64)", opcode):
                self._access(match[1], int(match[2] or 1), int(match[3]) // 8, operands, some)
            elif match := re.fullmatch(r"ld\.param\.(b32|b64)", opcode):
                name = operands[1].strip("[]")
                if f"b{self.kernel.parameters[name]}" != match[1]:
                    raise Fault("not the width of the parameter")
                value = np.full(len(self.number[some]), self.parameters[name] & MASKS[match[1]], dtype(match[1]))
                self._write(operands[0], value, some)
            elif opcode == "mov.b64" and operands[0].startswith("{"):
                pair = np.ascontiguousarray(self._read(operands[1], "b64", some)).view(np.uint32).reshape(-1, 2)
                for column, name in enumerate(_names(operands[0])):
                    self._write(name, pair[:, column], some)
            elif opcode == "mov.b64" and operands[1].startswith("{"):
                low, high = (self._read(name, "b32", some) for name in _names(operands[1]))
                self._write(operands[0], np.stack([low, high], axis=1).view(np.uint64)[:, 0], some)
            else:
                operation = OPERATIONS[opcode]
                sources = zip(operands[1:], operation.kinds, strict=True)
                found = operation.function(*(self._read(name, kind, some) for name, kind in sources))
                self._write(operands[0], found.astype(dtype(operation.result), copy=False), some)
        except KeyError as error:
            raise instruction.fault(f"{error.args[0]} is not known") from error
        except (Fault, ValueError, ZeroDivisionError) as error:
            raise instruction.fault(str(error)) from error

    def _access(self, way: str, count: int, width: int, operands: tuple[str, ...], some: Some) -> None:
        """Load or store a vector."""
        (where,) = (each for each in operands if each.startswith("["))
        (registers,) = (each for each in operands if not each.startswith("["))
        match = re.fullmatch(r"\[\s*(%\w+)\s*(?:\+\s*(-?\d+)\s*)?\]", where)
        if match is None or len(names := _names(registers)) != count:
            raise Fault("not an address and as many registers")
        address = self._read(match[1], "b64", some) + np.uint64(int(match[2] or 0) & MASKS["b64"])
        if way == "st":
            values = [self._read(name, f"b{8 * width}", some) for name in names]
            self.memory.store(address, values, width, self.number[some])
            return
        for name, value in zip(names, self.memory.load(address, width, count, self.number[some]), strict=True):
            self._write(name, value.astype(np.uint16) if width == 1 else value, some)

    def _read(self, operand: str, kind: str, some: Some) -> Array:
        if operand in self.special:
            return self.special[operand][some]
        if operand not in self.kernel.registers:
            return np.broadcast_to(_number(operand, kind), len(self.number[some]))
        if operand not in self.values:
            raise Fault(f"{operand} is read before it is written")
        if self.values[operand].itemsize != dtype(kind).itemsize:
            raise Fault(f"{operand} is not {kind}")
        return self.values[operand][some].view(dtype(kind))

    def _write(self, name: str, value: Array, some: Some) -> None:
        width = self.kernel.registers[name]
        kind = "pred" if width == 1 else f"b{width}"
        if value.itemsize != dtype(kind).itemsize:
            raise Fault(f"{name} is not as wide as the result")
        if isinstance(some, slice):
            self.values[name] = value.view(dtype(kind))
            return
        old = self.values.get(name)
        self.values[name] = np.full(len(self.at), POISON & MASKS[kind], dtype(kind)) if old is None else old.copy()
        self.values[name][some] = value.view(dtype(kind))


def _names(operand: str) -> list[str]:
    return re.findall(r"[%\w:]+", operand)


@cache
def _number(text: str, kind: str) -> Array:
    """An immediate operand, as a number of a type."""
    bits = int(text[2:], 16) if text[:2] in ("0f", "0d") else int(text, 0)
    return np.array(bits & MASKS[f"b{8 * dtype(kind).itemsize}"], f"u{dtype(kind).itemsize}").view(dtype(kind))


def run(kernel: Kernel, programs: Sequence[int], arguments: Sequence[Array | int]) -> dict[str, Array]:
    """Run some programs of a grid, all their threads at once; arguments are arrays [...] and integers, in order.

    Returns what the registers hold in the end: name -> bits [T].
    """
    memory = Memory()
    given = [memory.add(each) if isinstance(each, np.ndarray) else each for each in arguments]
    threads = Threads(kernel, programs, dict(zip(kernel.parameters, given, strict=False)), memory)
    with np.errstate(all="ignore"):
        threads.run()
    return threads.values
