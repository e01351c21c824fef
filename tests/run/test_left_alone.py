"""What a call that fails or is refused leaves alone: handles in the caller's memory, and windows."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct {
    const unsigned char *in;
    unsigned n;
    unsigned long total;
    int level;
    const char *why;
    void *own;
} la_pipe;
int la_open(la_pipe *pipe);
void la_close(la_pipe *pipe);
int la_run(la_pipe *pipe, int how);
int la_turn(const char **from, size_t *left, char **to, size_t *room, int how);
typedef struct { const unsigned char *at, *end; } la_input;
int la_next(la_input *input, int how);
"""
SOURCE = """\
#include "la.h"
#include <stdlib.h>
enum { NOTHING, TOTAL, LEVEL, WINDOW, OWN, REFUSED, FROM, TO, ROOM, AT, REFUSED_FROM, REFUSED_AT };
int la_open(la_pipe *pipe)
{
    pipe->total = 0;
    pipe->why = NULL;
    pipe->own = malloc(8);
    return pipe->own ? 0 : -2;
}
void la_close(la_pipe *pipe)
{
    free(pipe->own);
}
int la_run(la_pipe *pipe, int how)
{
    if (how < 0 || how > 7) {
        pipe->why = "there is no such way";
        if (WRONG == REFUSED && how < 0)
            pipe->total++;
        if (how < 0)
            return -1;
        if (WRONG == TOTAL)
            pipe->total++;
        if (WRONG == LEVEL)
            pipe->level ^= 1;
        if (WRONG == WINDOW && pipe->n)
            pipe->in++, pipe->n--;
        if (WRONG == OWN && pipe->total) {
            free(pipe->own);
            pipe->own = malloc(8);
        }
        return -1;
    }
    pipe->total += pipe->n;
    pipe->in += pipe->n;
    pipe->n = 0;
    return 0;
}
int la_turn(const char **from, size_t *left, char **to, size_t *room, int how)
{
    if (how < 0 || how > 7) {
        if ((WRONG == FROM && how > 0) || (WRONG == REFUSED_FROM && how < 0))
            if (*left)
                ++*from, --*left;
        if (WRONG == TO && how > 0 && *room)
            *(*to)++ = 'x', --*room;
        if (WRONG == ROOM && how > 0 && *room)
            **to = 'x';
        return -1;
    }
    for (; *left && *room; --*left, --*room)
        *(*to)++ = *(*from)++;
    return 0;
}
int la_next(la_input *input, int how)
{
    if (how < 0 || how > 7 || input->at == input->end) {
        if (input->at != input->end && ((WRONG == AT && how > 0) || (WRONG == REFUSED_AT && how < 0)))
            input->at++;
        return -1;
    }
    return *input->at++;
}
"""
CONTRACT = """\
abidance: 1
boundary: la
header: la.h
libraries: {c: {path: libla.so}}
types:
  la_pipe:
    fields:
      in: {to: bytes, length: n, nullable: n == 0, window: true}
      n: {range: [0, 40]}
      level: {range: [0, 3]}
      total: {read_only: true}
  la_input: {fields: {at: {to: bytes, max: 8, window: true}, end: {end_of: at}}}
handles: {la_pipe: {create: la_open, destroy: la_close}}
functions:
  la_open: {returns: {status: {ok: [0], errors: {-2: no memory}}}}
  la_close:
  la_run:
    params: {pipe: {handle: la_pipe, on_failure: untouched}, how: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: there is no such way}}}
    ensures: [implies(result != 0, pipe.why != null)]
    rejects: [{when: {how: -1}, returns: -1, ensures: [pipe.why != null]}]
  la_turn:
    params:
      from: {inout: {to: bytes, length: left, window: true}, on_failure: untouched}
      left: {inout: size_t, range: [0, 40]}
      to: {inout: {to: bytes, capacity: room, window: true}, on_failure: untouched}
      room: {inout: size_t, range: [0, 40]}
      how: {range: [0, 9]}
    returns: {status: {ok: [0], errors: {-1: there is no such way}}}
    rejects: [{when: {how: -1}, returns: -1}]
  la_next:
    params: {input: {inout: la_input, on_failure: untouched}, how: {range: [0, 9]}}
    returns: {status: {ok: 0.., errors: {-1: that was all}}}
    rejects: [{when: {how: -1}, returns: -1}]
"""
FAILED = "returned -1, which is a failure, and "
REJECTED = "in a call that it rejects (`how: -1`)"
DEFECTS = {
    "TOTAL": ("la_run", "properties", "ABD326", f"`la_run` {FAILED}changed `pipe`"),
    "LEVEL": ("la_run", "properties", "ABD326", f"`la_run` {FAILED}changed `pipe`"),
    "WINDOW": ("la_run", "properties", "ABD326", f"`la_run` {FAILED}changed `pipe`"),
    "REFUSED": ("la_run", "rejects", "ABD328", f"`la_run` changed `pipe` {REJECTED}"),
    "FROM": ("la_turn", "properties", "ABD326", f"`la_turn` {FAILED}wrote to `from`"),
    "TO": ("la_turn", "properties", "ABD326", f"`la_turn` {FAILED}wrote to `to`"),
    "ROOM": ("la_turn", "properties", "ABD326", f"`la_turn` {FAILED}wrote to `to`"),
    "AT": ("la_next", "properties", "ABD326", f"`la_next` {FAILED}wrote to `input`"),
    "REFUSED_FROM": ("la_turn", "rejects", "ABD328", f"`la_turn` wrote to `from` {REJECTED}"),
    "REFUSED_AT": ("la_next", "rejects", "ABD328", f"`la_next` wrote to `input` {REJECTED}"),
}
FUNCTIONS = ("la_run", "la_turn", "la_next")
COMPILED = {*DEFECTS}
"""Defects that the compiled contract finds as well."""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_is_to_be_left_alone_is_looked_at(wrong, findings_of):
    function, phase, code, message = DEFECTS[wrong]
    found = findings_of("la", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=60)

    assert [each.diagnostic.code.id for each in found] == [code]
    assert found[0].diagnostic.message == message


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_others_are_left_alone(function, codes_of):
    phases = ("properties", "rejects")

    assert codes_of("la", HEADER, SOURCE, CONTRACT, function, phases, "-DWRONG=NOTHING", least=60) == []


@pytest.mark.slow
def test_what_the_library_keeps_to_itself_is_looked_at_in_sequences(findings_of):
    """A pointer that only the library sets: what it was is known once a call has left it."""
    found = findings_of("la", HEADER, SOURCE, CONTRACT, "la_pipe", ("lifecycle",), "-DWRONG=OWN", least=100)

    assert "ABD326" in [each.diagnostic.code.id for each in found]
    assert any("`pipe->own`" in note for each in found for note in each.diagnostic.notes)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["TOTAL", "LEVEL", "WINDOW", "REFUSED", "FROM", "TO", "ROOM", "AT"])
def test_only_where_the_contract_says_so(wrong, codes_of):
    function, phase, _, _ = DEFECTS[wrong]
    contract = CONTRACT.replace(", on_failure: untouched", "")

    assert codes_of("la", HEADER, SOURCE, contract, function, (phase,), f"-DWRONG={wrong}", least=60) == []


@pytest.mark.parametrize(
    ("was", "said", "what"),
    [
        ("how: {range: [0, 9]}", "how: {range: [0, 9], on_failure: untouched}", "`how` is a number"),
        (
            "  la_close:\n",
            "  la_close:\n  la_of: {params: {it: {handle: la_own, on_failure: untouched}}}\n",
            "`it` is a handle that the caller does not allocate",
        ),
        (
            "  la_close:\n",
            "  la_close:\n  la_sum: {params: {at: {in: bytes, max: 4, on_failure: unspecified}}}\n",
            "`at` is memory that the call only reads",
        ),
    ],
)
def test_where_no_call_writes_it_is_refused(was, said, what, written, capsys):
    header = (
        HEADER
        + "typedef struct la_own la_own;\nla_own *la_new(void);\nvoid la_of(la_own *it);\nint la_sum(const char *at);\n"
    )
    contract = CONTRACT.replace("handles: {", "handles: {la_own: {create: la_new, destroy: la_of}, ")
    written("la", header, "", contract.replace(was, said))

    assert main(["check", "la.contract.yaml"]) == 2
    assert what in " ".join(capsys.readouterr().out.split())
