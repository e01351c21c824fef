from __future__ import annotations

from pathlib import Path

import pytest

from abidance.core.span import Span
from abidance.draft.model import FunctionDraft, LeftOut, PlaceDraft, Rank, gap, guessed, sure
from abidance.editor.drafts import with_function

pytestmark = pytest.mark.unit

WHERE = Path("/p/c.contract.yaml")
HEAD = "abidance: 1\nboundary: b\nheader: api.h\n"
GUARD = PlaceDraft("guard", "rg_guard *guard", (sure("handle", "rg_guard", Rank.TYPE, "opaque"),))
ROUTE = PlaceDraft(
    "route",
    "const char *route",
    (
        sure("in", "bytes", Rank.TYPE, "const"),
        guessed("length", "route_len", Rank.NAME, "the size after it"),
    ),
)
RESULT = PlaceDraft("returns", "int", (gap("status", {"ok": (0,)}, "which values mean success?"),))
SPAN = Span(Path("/p/api.h"), 3, 1, 3, 2)
DRAFT = FunctionDraft(
    "rg_add", SPAN, "int rg_add(rg_guard *guard, const char *route)", (GUARD, ROUTE), RESULT
)


def added(text):
    return with_function(HEAD + text, WHERE, DRAFT).removeprefix(HEAD)


def test_a_function_that_is_not_listed():
    assert added("functions:\n  rg_free:\n    params: {guard: {handle: rg_guard}}  # kept\n") == (
        "functions:\n"
        "  rg_free:\n"
        "    params: {guard: {handle: rg_guard}}  # kept\n"
        "  rg_add:\n"
        "    params:\n"
        "      guard: {handle: rg_guard}\n"
        "      route: {in: bytes, length: route_len}  # guessed: the size after it\n"
        "    returns: {status: {ok: [0]}}  # TODO which values mean success?\n"
    )


def test_what_is_said_already_stays():
    assert added("functions:\n  rg_add:\n    params:\n      guard: {handle: other}   # mine\n") == (
        "functions:\n"
        "  rg_add:\n"
        "    params:\n"
        "      guard: {handle: other}   # mine\n"
        "      route: {in: bytes, length: route_len}  # guessed: the size after it\n"
        "    returns: {status: {ok: [0]}}  # TODO which values mean success?\n"
    )


@pytest.mark.parametrize("empty", ["", " {}"])
def test_a_parameter_of_which_nothing_is_said(empty):
    drafted = added(
        f"functions:\n  rg_add:\n    params:\n      route:{empty}\n    returns: {{range: [0, 1]}}\n"
    )
    assert "in: bytes" in drafted
    assert "length: route_len" in drafted
    assert drafted.endswith("    returns: {range: [0, 1]}\n")


def test_a_function_that_is_there_with_nothing_in_it():
    assert "  rg_add:\n    params:\n      guard: {handle: rg_guard}\n" in added("functions:\n  rg_add:\n")


def test_a_function_that_a_draft_would_leave_out_has_the_question():
    question = LeftOut(gap("in", None, "how long is `route`?").evidence)
    left = FunctionDraft("f", SPAN, "", (GUARD,), left_out=question)
    assert "  f:\n    # TODO how long is `route`?\n" in with_function(
        f"{HEAD}functions:\n  g:\n", WHERE, left
    )


def test_in_braces():
    assert "functions: {rg_add: {params: {guard: {handle: rg_guard}," in added("functions: {}\n")
