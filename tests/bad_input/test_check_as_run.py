"""`check` says what `run` would, and ends with the same status, wherever nothing need be called to know it."""

from __future__ import annotations

import re

import pytest
from pair_project import CONTRACT, SOUND

TYPES = "types: {pair: {layout: {size: 12}}}\n"
ONE_LIBRARY = "{c: {path: libpair.so}}"


def libraries(text, more=""):
    return CONTRACT.replace(ONE_LIBRARY, f"{{c: {{path: libpair.so}}, d: {text}}}").replace(
        "functions:", f"{more}functions:"
    )


WRONG = {
    "a contract that says nonsense": (CONTRACT + "  pair_sum: {parms: {}}\n", 2),
    "an unknown function": (CONTRACT + "  pair_sun: {}\n", 2),
    "a layout that is another": (CONTRACT.replace("functions:", f"{TYPES}functions:") + SOUND, 1),
    "an invalid example": (CONTRACT + "  pair_div: {requires: [b > 0], examples: [{a: 1, b: 0}]}\n", 3),
    "a CMake library without a target": (libraries("{cmake: .}") + SOUND, 2),
    "a build that there is not": (libraries("{cargo: .}", "builds: [release, lsan]\n") + SOUND, 2),
    "a build that cannot be": (libraries("{cargo: .}", "builds: [msan]\n") + SOUND, 2),
    "a folder without a CMake project": (libraries("{cmake: ., target: x}") + SOUND, 3),
    "a folder without a crate": (libraries("{cargo: nowhere}") + SOUND, 3),
}


def told(text):
    """Return what a report complains of: its headlines, with their places."""
    return set(re.findall(r"^(?:error|warning)\[.*\n(?: +-->.*\n)?", text, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG)
def test_a_problem_is_the_same_in_both(wrong, say):
    text, expected = WRONG[wrong]
    status, checked = say(whole=text, command="check")
    ran_status, ran = say(whole=text)

    assert status == ran_status == expected
    assert told(checked)
    assert told(checked) == told(ran) or told(checked) <= {*re.findall(r"error\[.*\n", ran)} | told(ran)


@pytest.mark.slow
def test_a_sound_contract_is_fine_in_both(say):
    assert say(SOUND, command="check")[0] == say(whole=CONTRACT + SOUND)[0] == 0


@pytest.mark.parametrize("command", ["check", "run"])
def test_settings_that_cannot_be_are_told_by_both(command, say, project):
    (project / "abidance.toml").write_text('builds = ["release", "lsan"]\n')
    status, out = say(whole=CONTRACT + SOUND, command=command)

    assert status == 2
    assert "unknown build `lsan`" in out
    assert "abidance.toml:1:1" in out


def test_a_build_of_the_command_line_that_cannot_be(say):
    status, out = say(whole=CONTRACT + SOUND, options=("--build", "lsan"))

    assert status == 2
    assert "unknown build `lsan`" in out


@pytest.mark.slow
def test_a_pointer_that_is_never_anything_but_null_is_told(say):
    status, out = say("pair_sum: {params: {p: {nullable: true}}, requires: [false]}\n")
    assert status == 3

    status, out = say("pair_fill: {params: {out: {nullable: true}, capacity: {one_of: [0]}}}\n")
    assert status == 0
    assert "Not judged: `out` of `pair_fill` other than NULL." in out
