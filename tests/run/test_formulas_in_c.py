"""What the worker works out of numbers comes to the same in a program that makes a call again."""

from __future__ import annotations

import struct
import subprocess

from abidance.plan.formula import NumberLeft, Operator, SavedNumber, taken_by, worked_out
from abidance.run.emit_c.formulas import formula_in_c
from abidance.run.emit_c.program import helpers_used

SAVED = SavedNumber(0, 4, signed=True)
SLOTS = [(1 << 32) - 3]
LARGEST = (1 << 64) - 1
ONES = [(NumberLeft(), each) for each in Operator if taken_by(each) == 1]
TWOS = [(NumberLeft(), SAVED, each) for each in Operator if taken_by(each) == 2 and "SHIFT" not in each.name]
FORMULAS = [
    *ONES,
    *TWOS,
    (SAVED, NumberLeft(), Operator.DIVIDE),
    (SAVED, NumberLeft(), Operator.REMAINDER),
    (1, NumberLeft(), Operator.SHIFT_LEFT),
    (LARGEST, NumberLeft(), Operator.SHIFT_RIGHT),
    (NumberLeft(), LARGEST, Operator.LESS),
    (SAVED, -(1 << 63), Operator.GREATER, NumberLeft(), 9, Operator.CHOICE),
    (NumberLeft(), 3, Operator.BITS_IN_BOTH, 1, Operator.EQUAL, SAVED, Operator.EITHER),
]


OF_FRACTIONS = [
    (NumberLeft(), SavedNumber(0, 4, signed=False, fraction=True), Operator.ADD, 1.75, Operator.EQUAL),
    (2, NumberLeft(), Operator.MULTIPLY, 0.1, Operator.GREATER),
    (
        NumberLeft(),
        float("nan"),
        Operator.DIFFERENT,
        NumberLeft(),
        float("inf"),
        Operator.LESS,
        Operator.BOTH,
    ),
    (NumberLeft(), Operator.AMOUNT, -0.5, Operator.MOST, 0.25, Operator.EQUAL),
]


def test_fractions_come_to_the_same_in_c(tmp_path):
    (kept,) = struct.unpack("<I", struct.pack("<f", 1.5))
    for left in (0.25, -0.25):
        tests = [
            f"if (({formula_in_c(each, 'left', fraction=True)}) != {worked_out(each, left, [kept])}) return {index};"
            for index, each in enumerate(OF_FRACTIONS, 1)
        ]
        assert run_in_c(tmp_path, f"double left = {left}; void *slot[1] = {{(void *){kept}}};", tests) == 0


def run_in_c(folder, given, tests):
    code = "\n".join(["int main(void) {", f"{given} (void)slot;", *tests, "return 0; }"])
    file = folder / "formulas.c"
    file.write_text("\n".join([*helpers_used(code), code]))
    binary = file.with_suffix("")
    subprocess.run(["gcc", "-std=c11", "-pedantic", file, "-o", binary], check=True)
    return subprocess.run([binary], check=False).returncode


def test_every_operator_comes_to_the_same_in_c(tmp_path):
    for left in (5, 2):
        expected = [worked_out(each, left, SLOTS) for each in FORMULAS]
        assert None not in expected
        tests = [
            f"if (({formula_in_c(each, 'left')}) != {number}) return {index};"
            for index, (each, number) in enumerate(zip(FORMULAS, expected, strict=True), 1)
        ]
        assert (
            run_in_c(tmp_path, f"unsigned left = {left}; void *slot[1] = {{(void *){SLOTS[0]}}};", tests) == 0
        )
