"""Instructions of a step are counted in disassembled code."""

import pytest

from sim.rollout.instructions import instructions_per_step

CODE = """Function:play_kernel
--:-:-:-:8	LDC R1, c[0x0][0x28];
LBB3:
--:-:-:-:8	IADD3 R1, R1, 0x1, RZ;
	@P0 BRA LBB3;
LBB0:
--:-:-:-:8	MOV R0, R1;
LBB1:
--:-:-:-:8	FFMA R2, R3, R4, R5;
LBB2:
--:-:-:-:8	FFMA R2, R3, R4, R5;
	@P1 BRA LBB2;
--:-:-:-:8	FADD R2, R3, R4;
	@P2 BRA LBB1;
	@P3 BRA LBB0;
	EXIT;
LBB4:
	BRA LBB4;
"""


@pytest.mark.parametrize(("turns", "agents", "expected"), [(0, 1, 5), (1, 1, 5), (4, 1, 11), (4, 2, 5.5)])
def test_loops_inside_a_step_are_counted_by_their_turns(turns, agents, expected):
    assert instructions_per_step(CODE, turns, agents) == expected


def test_code_without_nested_loops_is_refused():
    with pytest.raises(ValueError, match="no loop inside a loop"):
        instructions_per_step("LBB0:\n\tNOP;\n\tBRA LBB0;\n", 0, 1)
