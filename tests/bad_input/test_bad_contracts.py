"""A wrong contract gets one clear error each, at its place, with the remedy."""

from __future__ import annotations

import pytest
from pair_project import CONTRACT, SOUND

from abidance.cli.main import main

USAGE = 2
FILL = "pair_fill:\n  params: {out: {out: bytes, capacity: capacity}}\n"


def test_not_yaml(say):
    status, words = say(whole="abidance: 1\nboundary: [pair\n")

    assert status == USAGE
    assert "ABD101" in words
    assert "pair.contract.yaml:" in words


def test_empty_file(say):
    status, words = say(whole="")

    assert status == USAGE
    assert "empty" in words


def test_missing_file(say, project):
    assert main(["run", "absent.contract.yaml"]) == USAGE


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        ("pair_sum:\n  parms: {p: {in: pair}}\n", "did you mean `params`?"),
        ("pair_summ:\n  params: {p: {in: pair}}\n", "did you mean `pair_sum`?"),
        ("pair_sum:\n  params: {q: {in: pair}}\n", "parameter `q` is not in `pair_sum`"),
        ("pair_sum:\n  params: {p: {in: pear}}\n", "did you mean `pair`?"),
        ("pair_sum:\n  params: {p: {in: pair, nullable: 3 +}}\n", "ABD105"),
        (
            f"{FILL}  returns: {{status: {{ok: [PAIR_OKAY]}}}}",
            "did you mean `PAIR_OK`?",
        ),
        ("pair_div:\n  params: {a: {range: [1, 0]}}\n", "range"),
        ("pair_div:\n  params: {a: {in: int}}\n", "is not a pointer"),
        ("pair_div:\n  ensures: [result == a / zero]\n", "unknown name `zero`"),
        ("pair_sum:\n  params: {p: {in: pair}}\n  ensures: [result == p.lefty]\n", "did you mean `left`?"),
        ("pair_sum:\n  params: {p: {out: pair}}\n", "const"),
        ("pair_sum: {}\n", "does not say what it points to"),
        ("pair_div:\n  ensures: [\"__import__('os')\"]\n", "ABD104"),
        ("pair_div:\n  examples: [{a: 1, b: 1, returns: one}]\n", "unknown name `one`"),
        ("pair_div:\n  examples: [{a: 4294967296, b: 1}]\n", "fits `int`"),
        ("pair_div:\n  examples: [{a: 1, b: 1, return: 1}]\n", "did you mean `returns`?"),
        ("pair_div:\n  examples: [{a: 1, b: 1, expect: 1}]\n", "by name: `a`, `b`, `returns`"),
        ("pair_div:\n  rejects: [{when: {a: destroyed}, returns: 0}]\n", "unknown name `destroyed`"),
    ],
)
def test_a_wrong_clause_is_named_at_its_line(say, functions, said):
    status, words = say(functions)

    assert status == USAGE
    assert said in words
    assert "pair.contract.yaml:" in words


def test_both_places_are_shown_for_a_near_miss(say):
    _, words = say("pair_sum:\n  params: {p: {in: pair}}\n  ensures: [result == p.lefty]\n")

    assert "pair.contract.yaml:8:" in words
    assert "pair.h:5:" in words


def test_everything_wrong_is_told_at_once(say):
    _, words = say("pair_sum:\n  params: {p: {in: pear}}\npair_dif: {}\n")

    assert "pear" in words
    assert "pair_dif" in words


def test_wrong_type_of_value(say):
    status, words = say(whole=CONTRACT.replace("header: pair.h", "header: [pair.h]") + SOUND)

    assert status == USAGE
    assert "`header`" in words


@pytest.mark.slow
def test_an_expression_that_divides_by_zero_is_not_judged(say):
    status, words = say("pair_div:\n  params: {b: {range: [-1, 1]}}\n  ensures: [0 // b == 0]\n")

    assert status == 3
    assert "ABD107" in words
    assert "pair.contract.yaml:8:" in words
    assert "ok: the contract holds" not in words


def test_a_header_that_is_missing(say, project):
    (project / "pair.h").unlink()

    status, words = say(SOUND.replace("  pair_sum", "pair_sum"))

    assert status == USAGE
    assert "ABD201" in words


@pytest.mark.slow
def test_a_header_that_a_folder_for_includes_has(say, project):
    (project / "include").mkdir()
    (project / "pair.h").rename(project / "include" / "pair.h")

    status, words = say(
        whole=CONTRACT.replace("header: pair.h", "header: pair.h\ninclude_dirs: [include]") + SOUND
    )

    assert status == USAGE
    assert "write `header: include/pair.h`, or `header: <pair.h>` to have it searched for" in words
    looked_up = CONTRACT.replace("header: pair.h", "header: <pair.h>\ninclude_dirs: [include]")
    assert say(whole=looked_up + SOUND)[0] == 0


def test_an_include_that_is_found_from_a_folder_above(say, project):
    (project / "parts").mkdir()
    (project / "parts" / "absent.h").write_text("\n")
    (project / "pair.h").write_text((project / "pair.h").read_text() + '#include "part.h"\n')
    (project / "part.h").write_text('#include "parts/absent.h"\n#include <parts/nowhere.h>\n')
    (project / "far").mkdir()
    (project / "part.h").rename(project / "far" / "part.h")
    given = CONTRACT.replace("header: pair.h", "header: pair.h\ninclude_dirs: [far]")

    status, words = say(whole=given + SOUND)

    assert status == USAGE
    named = "name that folder, in a contract with `include_dirs`, on the command line with `-I`"
    assert f"it is found from `.`: {named}" in words


def test_a_header_with_a_syntax_error(say, project):
    (project / "pair.h").write_text("int pair_sum(const struct pair *p;\n")

    status, words = say("pair_sum:\n  params: {p: {in: bytes, length: 1}}\n")

    assert status == USAGE
    assert "pair.h:1:" in words


def test_a_header_that_does_not_preprocess(say, project):
    (project / "pair.h").write_text('#include "absent.h"\n')

    status, words = say("pair_sum: {}\n")

    assert status == USAGE
    assert "ABD202" in words
    assert "absent.h" in words


def test_no_compiler(say, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")

    status, words = say("pair_sum:\n  params: {p: {in: pair}}\n")

    assert status == 3
    assert "ABD003" in words


def test_unknown_library(say):
    status, words = say("pair_sum:\n  params: {p: {in: pair}}\n", options=("--library", "cc"))

    assert status == USAGE
    assert "did you mean `c`?" in words
