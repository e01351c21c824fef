"""Callbacks that read all that they are asked for, or leave: what libpng is given."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
#include <setjmp.h>
#include <stddef.h>
typedef struct rl_struct rl_struct;
typedef void (*rl_get)(rl_struct *parser, void *to, size_t n);
rl_struct *rl_new(void);
void rl_free(rl_struct *parser);
/* Leaves the function that is running, and goes where whoever called it has said. */
void rl_error(rl_struct *parser, const char *why);
jmp_buf *rl_place(rl_struct *parser);
/* Reads records of a length, in one byte, and so many bytes, up to an empty one. */
void rl_parse(rl_struct *parser, rl_get get, void *mine);
void *rl_mine(const rl_struct *parser);
int rl_sum(const rl_struct *parser);
int rl_records(const rl_struct *parser);

static inline int rl_try(rl_struct *parser, rl_get get, void *mine)
{
    if (setjmp(*rl_place(parser)) != 0)
        return -1;
    rl_parse(parser, get, mine);
    return 0;
}
"""
SOURCE = """\
#include "rl.h"
#include <stdlib.h>
enum { NOTHING, LOSES, COUNTS };
struct rl_struct { jmp_buf place; void *buffer, *mine; int sum, records; };
rl_struct *rl_new(void) { return calloc(1, sizeof(rl_struct)); }
void rl_free(rl_struct *parser) { free(parser->buffer); free(parser); }
void rl_error(rl_struct *parser, const char *why) { (void)why; longjmp(parser->place, 1); }
jmp_buf *rl_place(rl_struct *parser) { return &parser->place; }
void *rl_mine(const rl_struct *parser) { return parser->mine; }
void rl_parse(rl_struct *parser, rl_get get, void *mine)
{
    unsigned char size;
    parser->sum = parser->records = 0;
    parser->mine = mine;
    for (;;) {
        get(parser, &size, 1);
        if (size == 0)
            return;
        parser->records += WRONG == COUNTS;
        unsigned char *bytes = malloc(size);
        if (WRONG != LOSES) { /* whoever leaves meanwhile, it is found */
            free(parser->buffer);
            parser->buffer = bytes;
        }
        get(parser, bytes, size);
        for (int i = 0; i < size; i++)
            parser->sum += bytes[i];
        parser->records += WRONG != COUNTS;
        if (WRONG == LOSES)
            free(bytes);
    }
}
int rl_sum(const rl_struct *parser) { return parser->sum; }
int rl_records(const rl_struct *parser) { return parser->records; }
"""
CONTRACT = """\
abidance: 1
boundary: rl
header: rl.h
libraries: {c: {path: librl.so}}
handles: {rl_struct: {create: rl_new, destroy: rl_free}}
functions:
  rl_new: {returns: {handle: rl_struct, nullable: true}}
  rl_free:
  rl_try:
    params:
      get:
        callback:
          whole: true
          fails: rl_error(parser, null)
          contents: {like: '(\\x01.|\\x02..|\\x03...){0,4}(\\x00|\\x02?)'}
          params: {to: {out: bytes, capacity: n}, n: {range: [1, 255]}, parser: {handle: rl_struct}}
      mine: {nullable: true}
    returns: {status: {ok: [0], errors: {-1: it ends too soon}}}
    ensures:
      - "implies(result == 0, get.contents[len(get.contents) - 1] == 0 or 0 in get.contents)"
      - rl_records(parser) == sum(1 for c in get.calls if len(c.to) > 0) // 2
      - "rl_sum(parser) == sum(sum(get.calls[i].to) for i in range(len(get.calls)) if i % 2 == 1)"
  rl_sum:
  rl_records:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "code"), [("LOSES", "ABD371"), ("COUNTS", "ABD321")])
def test_what_is_lost_on_the_way_out_is_found(wrong, code, codes_of):
    assert code in codes_of(
        "rl", HEADER, SOURCE, CONTRACT, "rl_try", ("properties",), f"-DWRONG={wrong}", least=60
    )


@pytest.mark.slow
@pytest.mark.parametrize(("item", "phase"), [("rl_try", "properties"), ("rl_struct", "lifecycle")])
def test_what_cares_for_those_that_leave_is_sound(item, phase, codes_of):
    assert not codes_of("rl", HEADER, SOURCE, CONTRACT, item, (phase,), "-DWRONG=NOTHING", least=60)


@pytest.mark.slow
def test_a_program_leaves_too(findings_of):
    (found, *_) = findings_of(
        "rl", HEADER, SOURCE, CONTRACT, "rl_try", ("properties",), "-DWRONG=COUNTS", least=60
    )

    assert "; all that it is asked for, or it calls `rl_error`" in found.call
    assert "rl_struct *struct_ = rl_new();" in found.call, "`struct` is no name"


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("          fails: rl_error(parser, null)\n", "", "no way to tell that there is less"),
        ("rl_error(parser, null)", "rl_eror(parser, null)", "did you mean `rl_error`"),
        ("rl_error(parser, null)", "rl_error(parser)", "takes 2 arguments"),
        ("rl_error(parser, null)", "rl_error(rl_struct, null)", "with what it is given itself"),
        ("          whole: true\n", "", "`fails` has no meaning without `whole`"),
    ],
)
def test_what_it_leaves_by_is_said(was, then, words, written, capsys):
    assert CONTRACT.count(was) == 1
    written("rl", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "rl.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
