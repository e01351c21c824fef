"""A number beside a text says how many bytes that has, and no NUL is there; below 0 it says that a NUL ends it."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import first

DEFECTS = {
    "ct_sum": "ABD312",
    "ct_length": "ABD321",
    "ct_blanks": "ABD312",
    "ct_add": "ABD321",
    "ct_count": "ABD312",
    "ct_last": "ABD312",
    "ct_units": "ABD321",
    "ct_odd": "ABD312",
    "ct_tail": "ABD321",
}

LAWS = (
    "what_was_added_is_there",
    "as_counted_as_not",
    "units_as_counted_as_not",
    "tails_as_counted_as_not",
)


@pytest.mark.slow
@pytest.mark.parametrize("function", first(DEFECTS))
def test_a_number_that_is_not_heeded_is_found(function, judge):
    found, reasons = judge("counted_texts", function, "wrong", seed=1)

    assert {finding.diagnostic.code.id for finding in found} >= {DEFECTS[function]}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("function", first([*DEFECTS, "ct_line"]))
def test_what_heeds_it_is_sound(function, library, judge):
    assert judge("counted_texts", function, library, seed=1, examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("function", first(DEFECTS))
def test_a_number_that_is_not_heeded_is_found_by_exploring(function, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("counted_texts", function, "wrong", seed=1, phases=("explore",))

    assert {finding.diagnostic.code.id for finding in found} >= {DEFECTS[function]}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_no_other_call_is_made_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for each in (*DEFECTS, *LAWS):
        (item,) = judge.items("counted_texts", each, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons) == ((), ())
        assert item.explored.executions > 100


@pytest.mark.slow
@pytest.mark.parametrize("law", first([*LAWS, "however_it_is_cut"]))
def test_laws_pass_both(law, judge):
    assert judge("counted_texts", law, "sound", seed=1) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["laws", "explore"])
def test_a_law_shows_where_the_number_is_not_heeded(phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("counted_texts", "tails_as_counted_as_not", "wrong", seed=1, phases=(phase,))

    assert {finding.diagnostic.code.id for finding in found} == {"ABD321"}
    assert reasons == []


def _check(tmp_path, capsys, function, params, more=""):
    (tmp_path / "t.h").write_text(function + ";\n")
    file = tmp_path / "t.contract.yaml"
    name = function.partition("(")[0].split()[-1].lstrip("*")
    file.write_text(
        f"abidance: 1\nboundary: t\nheader: t.h\nfunctions: {{{name}: {{params: {params}{more}}}}}\n"
    )
    status = main(["check", str(file)])
    told = capsys.readouterr()
    return status, told.out + told.err


def test_a_length_that_is_worked_out_is_refused(tmp_path, capsys):
    status, told = _check(
        tmp_path,
        capsys,
        "int f(const char *text, int n)",
        "{text: {in: string, length: n + 1}, n: {range: [0, 9]}}",
    )

    assert status == 2, told
    assert "`n + 1` is no parameter: only one may say that a `string` ends at its NUL" in told
    assert "`bytes`, with an `encoding`" in told


@pytest.mark.parametrize("direction", ["out", "inout"])
def test_text_that_is_written_has_none(direction, tmp_path, capsys):
    status, told = _check(
        tmp_path,
        capsys,
        "int f(char *text, int n)",
        f"{{text: {{{direction}: string, length: n, capacity: 9}}, n: {{range: [0, 9]}}}}",
    )

    assert status == 2, told
    assert "a `string` ends at its NUL" in told


def test_a_number_that_the_length_never_is_is_refused(tmp_path, capsys):
    status, told = _check(
        tmp_path,
        capsys,
        "int f(const char *text, unsigned long n)",
        "{text: {in: string, length: n, nul_terminated: ~0}, n: {range: [0, 9]}}",
    )

    assert status == 2, told
    assert "`n` is never `~0`" in told
    assert "`max` of the text" in told


@pytest.mark.parametrize(
    ("function", "params", "expected"),
    [
        (
            "int f(const char *text, unsigned long n)",
            "{text: {in: bytes, length: n, nul_terminated: 9}}",
            "only a `string` or an `array` that is read may end at its NUL, not `bytes`",
        ),
        (
            "int f(short *units, int n)",
            "{units: {inout: array, length: n, nul_terminated: -1}}",
            "only a `string` or an `array` that is read may end at its NUL, not `array`",
        ),
        (
            "int f(const short *units, int n)",
            "{units: {in: array, length: n + 1, nul_terminated: -1}, n: {range: [0, 9]}}",
            "`n + 1` is no parameter: only one may say that an `array` ends at its NUL",
        ),
        (
            "int f(const short *units, int n)",
            "{units: {in: array, length: n, ended_by: 7, nul_terminated: -1}}",
            "the element 0 ends the array where its `length` says so, and none does otherwise",
        ),
        (
            "int f(const double *numbers, int n)",
            "{numbers: {in: array, length: n, nul_terminated: -1}}",
            "the elements are no integers, so none of them is a NUL",
        ),
        (
            "int f(const short *units, unsigned n)",
            "{units: {in: array, length: n, nul_terminated: 9}, n: {range: [0, 8]}}",
            "`n` is never `9`",
        ),
    ],
)
def test_what_may_end_at_its_nul(function, params, expected, tmp_path, capsys):
    status, told = _check(tmp_path, capsys, function, params)

    assert status == 2, told
    assert expected in told
