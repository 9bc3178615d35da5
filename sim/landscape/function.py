"""Objectives of users: any function of genomes, named so that a field of it can say what it shows.

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
"""genomes [N, P] -> values [N], or [N, M] where a genome has several."""


@dataclass(frozen=True, slots=True)
class FunctionObjective:
    """A function of genomes [N, P] -> values [N] as an objective, of a `quantity` (an identifier) in a `unit`.

    It has the interface of `sim.landscape.objective.Objective`. Its identity is its `name`, "module:qualname": two
    functions of one name count as equal. Where `function` is None, as in a field that was opened, the first evaluation
    imports what is named; so evaluate only the fields of people whom you trust. Values must be integers or floats, and
    each must depend on its own genome alone.
    """

    name: str
    quantity: str = "value"
    unit: str = ""
    function: Function | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, function: Function, quantity: str = "value", unit: str = "") -> "FunctionObjective":
        """The objective of a function; see `name_of` for how it is named."""
        return cls(name_of(function), quantity, unit, function)

    @property
    def returns(self) -> None:
        """Unknown until a genome is evaluated: a function may return [N, K], a value for each layer of a tour."""
        return None

    def evaluate(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The values of genomes [N, P]; the machine is not used. Raises UserError where it cannot be imported."""
        return np.asarray(self._imported()(genomes))

    def outcomes(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The values of genomes [N, P] as [N, M], also where there is one for each."""
        return self.evaluate(genomes, machine).reshape(len(genomes), -1)

    def on_plane(self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU) -> NDArray[Any]:
        """The values at points [N, 2] of a plane."""
        return self.evaluate(plane.at(xy, dtype), machine)

    def maze_counts(self, tour: "Tour") -> NDArray[np.float64]:
        """What each frame's heights are divided by to get a mean, [T]: 1."""
        return np.ones(len(tour))

    def json(self) -> dict[str, Any]:
        """The objective as JSON has it."""
        return {"function": self.name, "quantity": self.quantity, "unit": self.unit}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "FunctionObjective":
        """The objective that `json` described; nothing is imported yet."""
        if set(table) != {"function", "quantity", "unit"} or not all(isinstance(each, str) for each in table.values()):
            raise UserError(f"a function's objective has the texts function, quantity and unit, got {dict(table)!r}")
        return cls(table["function"], table["quantity"], table["unit"])

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets the name, and imports the function when it evaluates."""
        return FunctionObjective, (self.name, self.quantity, self.unit)

    def _imported(self) -> Function:
        if self.function is not None:
            return self.function
        module, _, path = self.name.partition(":")
        try:
            found = attrgetter(path)(importlib.import_module(module))
        except (ImportError, AttributeError, ValueError) as error:
            raise UserError(
                f"the function {self.name or 'of this field'} cannot be imported here ({error}), so nothing can be "
                "evaluated; do it where its module is installed"
            ) from error
        if not callable(found):
            raise UserError(f"{self.name} is no function, got a {type(found).__name__}; name a function")
        function: Function = found
        return function


def name_of(function: Function) -> str:
    """A function as "module:qualname", with "()" behind it where that name leads to something else.

    So are objects that can be called, and their methods: no other process can import them.
    """
    found: Any = function if hasattr(function, "__qualname__") else type(function)
    module, path = getattr(found, "__module__", None) or "builtins", found.__qualname__
    try:
        same = attrgetter(path)(sys.modules[module]) is function
    except (KeyError, AttributeError):  # made within another function, or by a lambda expression
        return f"{module}:{path}"
    return f"{module}:{path}{'' if same else '()'}"


def digest(table: Mapping[str, Any]) -> str:
    """32 hexadecimal digits that name a table of JSON, whatever the order of its keys."""
    return hashlib.blake2b(json.dumps(table, sort_keys=True, allow_nan=False).encode(), digest_size=16).hexdigest()
