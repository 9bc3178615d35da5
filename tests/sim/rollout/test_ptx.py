"""The simulator of PTX computes known answers and finds faults."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine import exact
from tests.sim.rollout import ptx, ptx_operations

MODULE = """
.version 8.0
.visible .entry kernel(
    .param .u64 .ptr .global .align 1 given,
    .param .u64 .ptr .global .align 1 made,
    .param .u32 number
)
.reqntid 4
{
    .reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>; .reg .b64 %d<9>;
    ld.param.b64 %d0, [given];
    ld.param.b64 %d1, [made];
    ld.param.b32 %r0, [number];
    mov.u32 %r1, %tid.x;
    mad.wide.u32 %d2, %r1, 4, %d0;
    mad.wide.u32 %d3, %r1, 4, %d1;
BODY
    ret;
}
""".replace("; .reg", ";\n    .reg")


def run_body(body, given=(1, 2, 3, 4), number=7):
    """The four words that four threads compute; %d2 and %d3 are a thread's addresses, and %r1 is its number."""
    given, made = np.array(given, np.int64).astype(np.uint32), np.zeros(4, np.uint32)
    given.flags.writeable = False
    ptx.run(ptx.parse(MODULE.replace("BODY", body)), range(1), [given, made, number])
    return made


def bits(number):
    return int(np.float32(number).view(np.uint32))


@pytest.mark.parametrize(
    ("opcode", "operands", "expected"),
    [
        ("fma.rn.f32", (1 + 2**-12, 1 + 2**-12, -1.0), 2**-11 + 2**-24),
        ("fma.rn.f32", (2**-75, 2**-75, 0.0), 0.0),  # half the least denormal, to even
        ("fma.rn.f32", (1.5 * 2**-75, 2**-75, 0.0), 2**-149),
        ("fma.rp.f32", (1.0, 1.0, 2**-60), 1 + 2**-23),
        ("fma.rp.f32", (-1.0, 1.0, 2**-60), -1 + 2**-24),
        ("fma.rp.f32", (-3e38, 2.0, 0.0), -(2 - 2**-23) * 2.0**127),
        ("add.rn.f32", (1.0, 2**-24), 1.0),
        ("mul.rn.f32", (2**-100, 2**-40), 2**-140),
        ("min.f32", (float("nan"), 9.0), 9.0),
        ("min.f32", (0.0, -0.0), -0.0),
        ("max.f32", (-0.0, 0.0), 0.0),
        ("max.f32", (-9.0, float("nan")), -9.0),
        ("neg.f32", (0.0,), -0.0),
        ("add.s32", (2**31 - 1, 1), -(2**31)),
        ("mul.lo.s32", (65537, 65537), 131073),
        ("mad.lo.s32", (3, -5, 1), -14),
        ("div.s32", (-7, 2), -3),
        ("shr.s32", (-8, 1), -4),
        ("shr.s32", (-8, 99), -1),
        ("shr.u32", (-8, 32), 0),
        ("shl.b32", (3, 31), 2**31),
        ("shl.b32", (3, 32), 0),
        ("min.s32", (-1, 1), -1),
        ("min.u32", (-1, 1), 1),
        ("xor.b32", (6, -1), -7),
    ],
)
def test_known_answers(opcode, operands, expected):
    words = [f"0f{bits(value):08X}" if opcode.endswith("f32") else str(value) for value in operands]
    made = run_body(f"{opcode} %r2, {', '.join(words)};\n st.global.b32 [%d3], {{ %r2 }};")
    wanted = bits(expected) if opcode.endswith("f32") else expected % 2**32
    assert made.tolist() == [wanted] * 4


def test_comparisons_with_a_nan_are_false():
    body = "".join(
        f"setp.{name}.f32 %p{at}, 0f7FC00000, 0f00000000;\n" for at, name in enumerate(("lt", "gt", "le", "ge", "eq"))
    )
    body += "or.pred %p5, %p0, %p1;\n or.pred %p6, %p2, %p3;\n or.pred %p5, %p5, %p6;\n or.pred %p5, %p5, %p4;\n"
    assert run_body(body + "selp.b32 %r2, 1, 2, %p5;\n st.global.b32 [%d3], { %r2 };").tolist() == [2] * 4


def test_signs_are_kept_and_halves_are_split():
    body = """
    ld.global.b32 { %r2 }, [ %d2 + 0 ];
    cvt.s64.s32 %d4, %r2;
    shr.s64 %d4, %d4, 1;
    mov.b64 {%r3, %r4}, %d4;
    st.global.b32 [ %d3 + 0 ], { %r4 };
"""
    assert run_body(body, (-2, 5, -7, 0)).tolist() == [2**32 - 1, 0, 2**32 - 1, 0]


def test_pairs_of_floats_are_computed_one_by_one():
    body = f"""
    mov.b32 %r2, 0f{bits(1 + 2**-12):08X};
    mov.b32 %r3, 0f{bits(3):08X};
    mov.b64 %d4, {{%r2, %r3}};
    mov.b32 %r4, 0f{bits(-1):08X};
    mov.b64 %d5, {{%r4, %r4}};
    fma.rn.f32x2 %d6, %d4, %d4, %d5;
    mov.b64 {{%r5, %r6}}, %d6;
    and.b32 %r7, %r1, 1;
    setp.eq.b32 %p1, %r7, 0;
    selp.b32 %r8, %r5, %r6, %p1;
    st.global.b32 [%d3], {{ %r8 }};
"""
    assert run_body(body).view(np.float32).tolist() == [2**-11 + 2**-24, 8] * 2


def test_threads_separate_and_meet_again():
    """Each thread sums the numbers up to its own; even threads take another branch; then all add the same number."""
    body = """
    mov.b32 %r2, 0;
    mov.b32 %r3, %r1;
$again:
    setp.eq.b32 %p1, %r3, 0;
    @%p1 bra $done;
    add.s32 %r2, %r2, %r3;
    add.s32 %r3, %r3, -1;
    bra.uni $again;
$done:
    and.b32 %r4, %r1, 1;
    setp.eq.b32 %p2, %r4, 1;
    @!%p2 bra $even;
    add.s32 %r2, %r2, 100;
    bra.uni $together;
$even:
    add.s32 %r2, %r2, 200;
$together:
    @%p2 add.s32 %r2, %r2, 1000;
    add.s32 %r2, %r2, %r0;
    st.global.b32 [%d3], { %r2 };
"""
    assert run_body(body).tolist() == [207, 1 + 1107, 3 + 207, 6 + 1107]


def test_registers_of_16_bits_are_joined_and_split():
    body = """
    ld.global.b32 { %r2 }, [ %d2 ];
    mov.b32 {%h1, %h2}, %r2;
    mov.b32 %r3, {%h2, %h1};
    st.global.b32 [%d3], { %r3 };
"""
    assert run_body(body, (1, 2**16, 5 + 7 * 2**16, -1)).tolist() == [1 << 16, 1, 7 + (5 << 16), 2**32 - 1]


def test_a_register_that_nothing_writes_may_be_joined_and_dropped_again():
    body = "mov.b64 %d4, {%r1, %r4};\nmov.b64 {%r2, _}, %d4;\nst.global.b32 [%d3], { %r2 };"
    assert run_body(body).tolist() == [0, 1, 2, 3]
    with pytest.raises(ptx.Fault, match="read before it is written"):
        run_body(body + "\nmov.b32 %r4, 0;")  # a wrong order, if anything writes it


def test_names_in_braces_are_local():
    scope = "{\n.reg .f32 own;\nmov.b32 own, NUMBER;\nadd.s32 %r2, %r2, own;\n}\n"
    body = "mov.b32 %r2, 0;\n" + scope.replace("NUMBER", "5") + scope.replace("NUMBER", "6")
    assert run_body(body + "st.global.b32 [%d3], { %r2 };").tolist() == [11] * 4
    with pytest.raises(ptx.Fault, match="read before it is written"):
        run_body(body + "{\n.reg .f32 own;\nadd.s32 %r2, %r2, own;\n}\n")


FAULTS = {
    "add.f32 is not known": "add.f32 %r2, 0f00000000, 0f00000000;",
    "bar.sync is not known": "bar.sync 0;",
    "ld.shared.b32 is not known": "ld.shared.b32 { %r2 }, [%d2];",
    "fma.rn.ftz.f32 is not known": "fma.rn.ftz.f32 %r2, 0f00000000, 0f00000000, 0f00000000;",
    "byte 16 is outside array 0 of 16 bytes": "ld.global.b32 { %r2 }, [ %d2 + 4 ];",
    "is in no array": "ld.global.b32 { %r2 }, [ %d2 + -4 ];",
    "no multiple of 8": "setp.lt.s32 %p1, %r1, 3;\n @%p1 ld.global.v2.b32 { %r2, %r3 }, [ %d2 ];",
    "stores to an array that may only be read": "st.global.b32 [%d2], { %r1 };",
    "reads a word that no thread wrote": "ld.global.b32 { %r2 }, [%d3];",
    "thread 0 races with thread 3": "st.global.b32 [%d1], { %r1 };",
    "thread 1 races with thread 0": "st.global.b32 [%d3], { %r1 };\n ld.global.b32 { %r2 }, [%d1];",
    "%r2 is read before it is written": "add.s32 %r3, %r2, 1;",
    "%r1 is not s64": "add.s64 %d4, %r1, 1;",
    "%d4 is not as wide as the result": "add.s32 %d4, %r1, 1;",
    "divides by zero": "div.s32 %r2, %r0, %r1;",
    "not the width of the parameter": "ld.param.b64 %d4, [number];",
    "elsewhere is not known": "bra elsewhere;",
}


@pytest.mark.parametrize("message", FAULTS)
def test_faults_name_their_line(message):
    body = "mov.b64 %d8, 0;\n" + FAULTS[message]
    with pytest.raises(ptx.Fault) as caught:
        run_body(body)
    assert message in str(caught.value)
    line = int(str(caught.value).split(",")[0].removeprefix("line "))
    assert line == MODULE.split("BODY")[0].count("\n") + body.count("\n") + 1


def test_a_thread_that_is_guarded_out_does_nothing():
    body = "setp.lt.s32 %p1, %r1, 3;\n@%p1 ld.global.b32 { %r2 }, [ %d2 + 4 ];\n@%p1 st.global.b32 [%d3], { %r2 };"
    assert run_body(body).tolist() == [2, 3, 4, 0]


@given(st.lists(st.tuples(*[st.integers(0, 2**32 - 1)] * 3), min_size=1, max_size=30))
def test_fused_operations_round_as_fractions_do(words):
    a, b, c = np.array(words, np.uint32).T.copy().view(np.float32)
    with np.errstate(all="ignore"):
        near, up = (ptx_operations.OPERATIONS[f"fma.{way}.f32"].function(a, b, c) for way in ("rn", "rp"))
    np.testing.assert_array_equal(near, exact.fma(a, b, c))
    for at, above in enumerate(up):
        if np.isfinite([a[at], b[at], c[at]]).all():
            whole = Fraction(float(a[at])) * Fraction(float(b[at])) + Fraction(float(c[at]))
            below = np.nextafter(above, np.float32(-np.inf))
            assert above == np.inf or Fraction(float(above)) >= whole
            assert below == -np.inf or Fraction(float(below)) < whole


def test_the_guess_of_a_reciprocal_has_errors_of_both_signs():
    x = np.random.default_rng(0).uniform(1, 2, 1000).astype(np.float32)
    off = ptx_operations.rough_reciprocal(x).view(np.int32) - (1 / x).view(np.int32)
    assert set(off.tolist()) == {-1, 0, 1}
    edges = np.array([0, -0.0, 1e-40, -np.inf, 2.0**127], np.float32)
    with np.errstate(all="ignore"):
        assert ptx_operations.rough_reciprocal(edges).tolist() == [np.inf, -np.inf, np.inf, 0, 0]
