"""Calls that leave a handle in the state of another one, as what copies or moves one into one that is there."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct mv_note mv_note;
mv_note *mv_new(void);
void mv_free(mv_note *note);
int mv_put(mv_note *note);
void mv_seal(mv_note *note);
void mv_move(mv_note *from, mv_note *to);
int mv_copy(mv_note *to, const mv_note *from);
unsigned mv_count(const mv_note *note);
int mv_is_sealed(const mv_note *note);
"""
SOURCE = """\
#include "mv.h"
#include <stdlib.h>
struct mv_note { unsigned count; int sealed; };
mv_note *mv_new(void) { return calloc(1, sizeof(mv_note)); }
void mv_free(mv_note *note) { free(note); }
int mv_put(mv_note *note) { return note->sealed ? -1 : (note->count++, 0); }
void mv_seal(mv_note *note) { note->sealed = 1; }
void mv_move(mv_note *from, mv_note *to)
{
    if (to->sealed)
        abort();                /* it may not be given one that is sealed */
    *to = *from;
    if (!KEPT)
        *from = (mv_note){0, 0};
}
int mv_copy(mv_note *to, const mv_note *from)
{
    if (from->count > 2)
        return -1;
    *to = *from;
    if (OPENED)
        to->sealed = 0;
    if (SHORT && to->count > 0)
        to->count--;
    return 0;
}
unsigned mv_count(const mv_note *note) { return note->count; }
int mv_is_sealed(const mv_note *note) { return note->sealed; }
"""
CONTRACT = """\
abidance: 1
boundary: mv
header: mv.h
libraries: {c: {path: libmv.so}}
handles:
  mv_note:
    create: mv_new
    destroy: mv_free
    states:
      open: {shown_by: {mv_is_sealed: result == 0}}
      sealed: {shown_by: {mv_is_sealed: result == 1}}
    counts: {held: {most: 4, shown_by: {mv_count: result == held}}}
    transitions:
      mv_put: {from: open, counts: {held: held + 1}}
      mv_seal: {from: open, to: sealed}
      mv_move:
        - {of: from, to: open, counts: {held: 0}}
        - {of: to, from: open, copies: from}
      mv_copy: {of: to, copies: from}
functions:
  mv_put: {returns: {status: {ok: [0]}}}
  mv_seal:
  mv_move:
  mv_copy: {returns: {status: {ok: [0], errors: {-1: there is too much}}}}
  mv_count:
  mv_is_sealed:
"""
LIBRARIES = {"sound": (0, 0, 0), "kept": (1, 0, 0), "opened": (0, 1, 0), "short": (0, 0, 1)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "phase"),
    [
        *((each, "lifecycle") for each in LIBRARIES),
        ("sound", "explore"),
        ("short", "explore"),
        *(full(each, "explore") for each in ("kept", "opened")),
    ],
)
def test_a_handle_is_left_where_another_one_was(library, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.3")
    flags = (
        f"-D{name}={value}"
        for name, value in zip(("KEPT", "OPENED", "SHORT"), LIBRARIES[library], strict=True)
    )
    found = codes_of("mv", HEADER, SOURCE, CONTRACT, "mv_note", (phase,), *flags, least=100)

    assert found == [] if library == "sound" else "ABD334" in found


@pytest.mark.slow
@pytest.mark.parametrize("function", ["mv_move", "mv_copy"])
def test_single_calls_are_given_handles_in_their_states(function, codes_of):
    flags = ("-DKEPT=0", "-DOPENED=0", "-DSHORT=0")

    assert codes_of("mv", HEADER, SOURCE, CONTRACT, function, ("properties",), *flags) == []


@pytest.mark.slow
def test_what_is_not_led_on_is_a_finding(codes_of):
    """The near miss: without the clause a note is thought to be as it was, and what it shows is wrong."""
    contract = CONTRACT.replace("{of: to, copies: from}", "{of: to}")
    found = codes_of(
        "mv", HEADER, SOURCE, contract, "mv_note", ("lifecycle",), "-DKEPT=0", "-DOPENED=0", "-DSHORT=0"
    )

    assert "ABD334" in found


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("mv_copy: {of: to, copies: from}", "mv_copy: {copies: from}", "nothing says which `mv_note`"),
        ("mv_copy: {of: to, copies: from}", "mv_copy: {of: to, copies: to}", "nothing says which `mv_note`"),
        (
            "mv_copy: {of: to, copies: from}",
            "mv_copy: {of: to, copies: note}",
            "parameter `note` is not in `mv_copy`",
        ),
        ("mv_seal: {from: open, to: sealed}", "mv_seal: {copies: note}", "`mv_seal` creates no `mv_note`"),
        (
            "{of: to, copies: from}",
            "{of: to, copies: from, to: open}",
            "in the state of `from`, and in no other",
        ),
        (
            "{of: to, from: open, copies: from}",
            "{of: from, from: open, copies: to}",
            "is a copy after `mv_move`",
        ),
    ],
)
def test_what_is_no_copy_is_complained_about(before, after, message, written, capsys):
    written("mv", HEADER, "", CONTRACT.replace(before, after))

    assert main(["check", "mv.contract.yaml"]) == 2
    assert message in capsys.readouterr().out
