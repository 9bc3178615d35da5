"""Functions of genomes as objectives: any function, stored by its name, which another process imports.

N genomes of P weights, M values of a genome, K layers.
"""

import hashlib
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.rollout.machine import CPU, Machine

if TYPE_CHECKING:
    from sim.landscape.plane import Plane
    from sim.landscape.tour import Tour

Function = Callable[[NDArray[Any]], NDArray[Any]]
"""A function that takes genomes [N, P] and returns values [N], or [N, M] where each genome has M values."""


@dataclass(frozen=True, slots=True)
class FunctionObjective:
    """A function of genomes as an objective, whose values are a `quantity` (an identifier) in a `unit`.

    It has the interface of `sim.landscape.objective.Objective`. `name` is "module:qualname"; two functions with the
    same name are taken to be equal. If `function` is None, as in a field that was opened, every evaluation imports what
    is named: evaluate only fields of people whom you trust. Values must be integers or floats, and each must depend on
    its own genome only.
    """

    name: str
    quantity: str = "value"
    unit: str = ""
    function: Function | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, function: Function, quantity: str = "value", unit: str = "") -> "FunctionObjective":
        """The objective of a function, with the name that `name_of` gives it."""
        return cls(name_of(function), quantity, unit, function)

    @property
    def categorical(self) -> bool:
        """False: the values of a function are numbers."""
        return False

    @property
    def returns(self) -> None:
        """None, as the type and number of a function's values are unknown until it evaluates a genome."""
        return None

    def evaluate(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The values of genomes [N, P], as the function returns them: [N] or [N, K]; the machine is not used.

        nan means that a genome has no value. Raises UserError if the function cannot be imported, raises an exception,
        or returns a wrong shape or anything but numbers.
        """
        function, who = self._imported(), f"the function {self.name}".strip()
        try:
            values = np.asarray(function(np.array(genomes)))  # a copy, as a function may work in place
        except UserError:
            raise
        except Exception as error:
            what = ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))
            raise UserError(f"{who} raised {what}; it must take genomes {list(genomes.shape)}") from error
        _check(values, len(genomes), who)
        return values

    def outcomes(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The function's values of genomes [N, P], as [N, M] even if it returns [N]."""
        return self.evaluate(genomes, machine).reshape(len(genomes), -1)

    def on_plane(self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU) -> NDArray[Any]:
        """The function's values at points [N, 2] of a plane; `dtype` is the type of the genomes."""
        return self.evaluate(plane.at(xy, dtype), machine)

    def all_on_plane(
        self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU
    ) -> dict[str, NDArray[Any]]:
        """What `on_plane` returns, by the name of the quantity."""
        return {self.quantity: self.on_plane(plane, xy, dtype, machine)}

    def maze_counts(self, tour: "Tour") -> NDArray[np.float64]:
        """1 for each frame, [T]: the heights of a function are not summed over mazes."""
        return np.ones(len(tour))

    def json(self) -> dict[str, Any]:
        """The objective as JSON values."""
        return {"function": self.name, "quantity": self.quantity, "unit": self.unit}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "FunctionObjective":
        """Read what `json` returned; imports nothing. Raises UserError for anything else."""
        if set(table) != {"function", "quantity", "unit"} or not all(isinstance(each, str) for each in table.values()):
            raise UserError(f"a stored function must have the texts function, quantity and unit, got {dict(table)!r}")
        return cls(table["function"], table["quantity"], table["unit"])

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name without the function: another process imports it when it evaluates."""
        return FunctionObjective, (self.name, self.quantity, self.unit)

    def _imported(self) -> Function:
        """The function, imported by its name if it is not here yet."""
        if self.function is not None:
            return self.function
        module, _, path = self.name.partition(":")
        try:
            named = attrgetter(path)(importlib.import_module(module))
        except (ImportError, AttributeError, ValueError) as error:
            raise UserError(
                f"the function {self.name or 'of this field'} cannot be imported here ({error}), so it evaluates "
                "nothing; install its module, or work where it is installed"
            ) from error
        if not callable(named):
            raise UserError(f"{self.name} is a {type(named).__name__}, expected a function; name a function")
        function: Function = named
        return function


def _check(values: NDArray[Any], count: int, who: str) -> None:
    """Raise UserError unless the values of so many genomes can be heights."""
    if values.ndim not in (1, 2) or len(values) != count:
        raise UserError(f"{who} returned values {list(values.shape)} for {count} genomes; return one for each, [N]")
    if values.dtype.kind not in "biuf":
        raise UserError(f"{who} must return integers or floats, got {values.dtype}; convert them")


def name_of(function: Function) -> str:
    """The name of a function, "module:qualname"; with "()" after it if importing that name gives another object.

    The latter is so for callable objects and their methods, which no other process can import.
    """
    named: Any = function if hasattr(function, "__qualname__") else type(function)
    module, path = getattr(named, "__module__", None) or "builtins", named.__qualname__
    try:
        same = attrgetter(path)(sys.modules[module]) is function
    except (KeyError, AttributeError):  # a lambda, or a function that was made within another one
        return f"{module}:{path}"
    return f"{module}:{path}{'' if same else '()'}"


def digest(table: Mapping[str, Any]) -> str:
    """A digest, of 32 hexadecimal digits, of a table of JSON values; the order of keys does not matter."""
    return hashlib.blake2b(json.dumps(table, sort_keys=True, allow_nan=False).encode(), digest_size=16).hexdigest()
