"""A number under `flags` is any combination of them, and no other number."""

from __future__ import annotations

import subprocess
from itertools import pairwise

import pytest

from abidance.core.errors import UsageError
from abidance.generate.scalars import lawful
from abidance.native.target.domains import in_domain

HEADER = """
#include <stdint.h>
enum { A = 1, B = 2, C = 4, WIDE = 24, NONE = 0 };
typedef enum mode { M_X = 1, M_Y = 2 } mode;
int f(unsigned flags);
int g(uint8_t flags);
int h(mode flags);
int x(double flags);
"""
MANY = ", ".join(f"1 << {bit}" for bit in range(20))


def shape(boundary, function):
    return boundary.functions[function].members[0].shape


@pytest.fixture
def flags(joined):
    return lambda listed, function="f": shape(
        joined(HEADER, f"functions: {{{function}: {{params: {{flags: {{flags: [{listed}]}}}}}}}}"), function
    )


@pytest.mark.parametrize(
    ("listed", "valid"),
    [
        ("A, B", {0, 1, 2, 3}),
        ("A, C, NONE", {0, 1, 4, 5}),
        ("WIDE, A", {0, 1, 24, 25}),
        ("A, A | B", {0, 1, 3}),
        ("NONE", {0}),
    ],
)
def test_every_combination_is_valid_and_nothing_else(listed, valid, flags):
    found = flags(listed)

    assert {n for n in range(64) if lawful(found, n)} == valid
    assert set(found.listed) == valid


def test_of_many_flags_a_few_at_a_time_are_given_and_all_are_valid(flags):
    found = flags(MANY)

    assert len(found.listed) == 1 + 20 + 190 + 20 + 1
    assert all(lawful(found, n) for n in (0, 0b1011, (1 << 20) - 1))
    assert not lawful(found, 1 << 20)
    assert all(one.bit_count() <= other.bit_count() for one, other in pairwise(found.listed))


def test_combinations_are_shown_as_they_are_written(flags):
    assert dict(flags("A, C").names) == {0: "0", 1: "A", 4: "C", 5: "A | C"}
    assert flags("NONE, A").names[0] == "NONE"


def test_an_enum_may_have_flags(flags):
    assert set(flags("M_X, M_Y", "h").listed) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("function", "listed", "words"),
    [
        ("g", "256", "`256` is no flag of a `uint8_t`"),
        ("f", "-1", "`-1` is no flag of a `unsigned int`"),
        ("x", "1", "a `double` has no flags"),
    ],
)
def test_what_cannot_be_a_flag_is_refused(function, listed, words, flags):
    with pytest.raises(UsageError, match=words):
        flags(listed, function)


def test_flags_and_a_range_exclude_each_other(joined):
    with pytest.raises(UsageError, match="`flags` and `range` exclude each other"):
        joined(HEADER, "functions: {f: {params: {flags: {flags: [A], range: [0, 1]}}}}")


@pytest.mark.slow
def test_compiled_it_is_the_same(flags, tmp_path):
    shapes = [flags(listed) for listed in ("A, B", "WIDE, A", "A, A | B", "NONE")]
    conditions = [in_domain(each, "at") for each in shapes]
    checks = "\n".join(f'printf("%d", ({each}) != 0);' for each in conditions)
    (tmp_path / "it.c").write_text(
        "#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\ntypedef __int128 abidance_int;\n"
        "#define ABIDANCE_LOAD(type, at) (*(type *)(at))\n"
        "int main(void) { for (unsigned n = 0; n < 64; n++) {\n"
        f"unsigned char at[8]; memcpy(at, &n, 4); {checks} }} }}\n"
    )
    subprocess.run(["gcc", "-w", "it.c", "-o", "it"], cwd=tmp_path, check=True)
    printed = subprocess.run([tmp_path / "it"], capture_output=True, text=True, check=True).stdout

    assert printed == "".join(str(int(lawful(each, n))) for n in range(64) for each in shapes)
