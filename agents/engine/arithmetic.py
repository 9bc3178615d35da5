"""The arithmetic contract: tanh, sigmoid and all that scores depend on, defined once; and how numba compiles kernels.

Each expression here is written once, and several engines compute it: `exact` (numpy, slow), `lanes` (vector
instructions in numba kernels), `torch_engine` (torch tensors) and `blocks` (Triton kernels). An engine offers the
operators + - * / <, and `fma`, `select`, `copysign`, `exp2_shifted`. Each of them rounds correctly, so all engines
agree to the last bit. An engine may also offer `side_by_side`, for several polynomials at once. No engine calls libm,
and no compiler may contract a product and a sum.

- A dot product starts from the bias and adds its terms in ascending index, each by one fused multiply-add.
- Division rounds to nearest; denormals are kept; the argmax of equal values is the lowest index.
- A sum that overflows becomes an infinity and stays one, because all further terms are finite and fused. So a finite
  genome never makes a NaN.

A process with FORAGESCAPE_UNFUSED=1 in its environment computes the unfused twin of this contract: its engines
multiply, round, then add, and still agree to the last bit. The twin is for comparisons with engines that cannot fuse,
such as Triton's CPU interpreter. Its results differ, and a sum that overflows may become a NaN; so runs, fields and
studies know their arithmetic, and are never continued in the other one.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba

from agents.engine import compiling, target
from agents.engine.kernel_cache import KernelCache
from agents.engine.modes import arithmetic
from agents.errors import UserError

Value = Any  # a number, or many numbers, of any engine
IMPORTED = re.compile(r"^\s*from ([\w.]+) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants of tanh for one floating-point type; coefficients of polynomials from the highest power down.

    A constant that is written with more digits than the type has is rounded to the nearest number of the type.
    """

    limit: float  # tanh rounds to 1 from here on
    near: float  # tanh uses the odd polynomial below this, and the exponential above it
    odd: tuple[float, ...]  # (1 - tanh(a)/a) / a^2 in powers of a^2, Chebyshev fit on [0, near^2]
    exp2: tuple[float, ...]  # 2^r in powers of r, Chebyshev fit on [-1/2, 1/2]
    shifter: float  # adding it to a small number rounds the number to an integer, which the lowest bits then hold


CONSTANTS = {
    "float32": Constants(
        limit=9.02,
        near=0.625,
        odd=(0.006096714, -0.02099718, 0.053850908, -0.1333277, 0.33333328),
        exp2=(0.0013390863, 0.009676032, 0.05550357, 0.24022107, 0.6931472, 1.0000001),
        shifter=1.5 * 2**23,
    ),
    "float64": Constants(
        limit=19.1,
        near=0.625,
        odd=(
            1.724487449484433e-05,
            -7.959955735264808e-05,
            0.00023077616269519857,
            -0.0005874372860094381,
            0.001455309297534642,
            -0.0035920589774734554,
            0.008863229830925709,
            -0.021869488260559115,
            0.05396825396139557,
            -0.13333333333326658,
            0.3333333333333332,
        ),
        exp2=(
            4.4558179083360645e-10,
            7.074194297288521e-09,
            1.0178057087733941e-07,
            1.3215432535912375e-06,
            1.5252733841556773e-05,
            0.00015403530463724353,
            0.001333355814640647,
            0.009618129107587256,
            0.055504108664821625,
            0.24022650695910158,
            0.6931471805599453,
            1.0,
        ),
        shifter=1.5 * 2**52,
    ),
}
TWO_LOG2_E = 2.8853900817779268  # 2 log2(e), so that 2^(a * this) = e^(2a)


def horner(coefficients: Sequence[float], x: Value, engine: Any) -> Value:
    """A polynomial in x by Horner's rule, with one fused multiply-add for each term after the first.

    fma(x, k0, k1), then for each further coefficient k: total = fma(total, x, k).
    """
    total = engine.fma(x, coefficients[0], coefficients[1])
    for coefficient in coefficients[2:]:
        total = engine.fma(total, x, coefficient)
    return total


def polynomials(pairs: Sequence[tuple[Sequence[float], Value]], engine: Any) -> list[Value]:
    """For each (coefficients, x) the polynomial in x, as by `horner`; an engine may compute them in turns."""
    if hasattr(engine, "side_by_side"):
        values: list[Value] = engine.side_by_side(pairs)
        return values
    return [horner(coefficients, x, engine) for coefficients, x in pairs]


def tanh(x: Value, engine: Any) -> Value:
    """The hyperbolic tangent: odd, monotone (checked for every float32), and never beyond 1; NaN gives +1.

    The largest error is 1.79 ulp in float32 (over all numbers) and 1.44 ulp in float64 (over 50 million), above 0.625.
    It is x - x c(x^2) near zero and 1 - 2 / (e^2x + 1) elsewhere; rounding keeps every step of both monotone. In steps,
    each rounded to the type, with polynomials by `horner`:

        x is limited to [-limit, limit];  a = |x|;  s = a a
        below near:  fma(-a, s odd(s), a)                        s odd(s) is rounded
        from near on:  t = fma(a, TWO_LOG2_E, shifter);  n = t - shifter, a whole number
                       r = fma(a, TWO_LOG2_E, -n);  1 - 2 / fma(exp2(r), 2^n, 1)
        the result has the sign of x
    """
    known = engine.constants(x)
    x = engine.select(x < known.limit, x, known.limit)
    x = engine.select(-known.limit < x, x, -known.limit)
    a = abs(x)
    square = a * a
    shifted = engine.fma(a, TWO_LOG2_E, known.shifter)
    whole = shifted - known.shifter
    fraction = engine.fma(a, TWO_LOG2_E, -whole)
    odd, exp2 = polynomials([(known.odd, square), (known.exp2, fraction)], engine)
    near = engine.fma(-a, square * odd, a)
    far = 1.0 - 2.0 / engine.fma(exp2, engine.exp2_shifted(shifted), 1.0)
    return engine.copysign(engine.select(a < known.near, near, far), x)


def sigmoid(x: Value, engine: Any) -> Value:
    """The logistic function, computed as fma(tanh(x 0.5), 0.5, 0.5)."""
    return engine.fma(tanh(x * 0.5, engine), 0.5, 0.5)


@cache
def _sources() -> dict[str, str]:
    """The sources of all our modules: name -> source."""
    root = Path(__file__).resolve().parents[2]
    paths = [path for room in ("agents", "sim", "render") for path in (root / room).rglob("[!.]*.py")]
    names = [".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return {name: path.read_text(encoding="utf-8") for name, path in zip(names, paths, strict=True)}


@cache
def sources_of(module: str) -> dict[str, str]:
    """The sources of a module and of all our modules that it imports, directly or not: name -> source.

    For a module that is not ours: the sources of all our modules.
    """
    texts = _sources()
    sources: dict[str, str] = {}
    waiting = [module] if module in texts else list(texts)
    while waiting:
        name = waiting.pop()
        if name in texts and name not in sources:
            sources[name] = texts[name]
            for parent, imported in IMPORTED.findall(texts[name]):
                names = [part.partition(" as ")[0].strip() for part in imported.strip("()").split(",")]
                waiting += [parent, *(f"{parent}.{part}" for part in names)]
    return sources


@cache
def cache_key(module: str) -> str:
    """A digest of all that the bits of a module's kernels depend on: its sources, and the modes of this process.

    numba by itself would not notice a change in an imported module, or in the environment.
    """
    modes = [arithmetic(), f"{target.chosen_bits()} bits"]  # what the environment changes in the code of kernels
    texts = [text for _, text in sorted(sources_of(module).items())]
    return hashlib.blake2b(repr((modes, texts)).encode(), digest_size=8).hexdigest()


def kernel(function: Callable[..., Any], **options: Any) -> Any:
    """Compile a function with numba: IEEE division without checks, no fast-math, no GIL, kept on disk.

    Raises UserError if numba is told not to compile (the kernels of `agents.engine.tile` exist only as machine code),
    and for a width of vectors that this machine lacks.
    """
    config: Any = numba.config
    if config.DISABLE_JIT:
        raise UserError("NUMBA_DISABLE_JIT is set, and nothing can be computed without compiling; unset it")
    target.limit_kernels()
    target.warn_without_fma()
    compiling.announce()
    compiled: Any = numba.njit(error_model="numpy", nogil=True, **options)(function)
    compiled._cache = KernelCache(function, partial(cache_key, function.__module__))
    return compiled


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a function whose code numba copies into its callers before it compiles them.

    A real call would count the references to its arrays with atomic instructions, which wait for memory and for other
    threads. If LLVM inserted the code, the function would be compiled by itself, and again in each caller.
    """
    return kernel(function, inline="always")
