"""Functions that only callbacks call, on what they are given: as SQLite's give the result of an SQL function."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct po_engine po_engine;
typedef struct po_context po_context;
typedef void (*po_function)(po_context *context, int argument, void *mine);
po_engine *po_new(void);
void po_free(po_engine *engine);
void po_define(po_engine *engine, po_function function, void *mine);
int po_run(po_engine *engine, int argument, size_t *length);
void po_result_int(po_context *context, int number);
void po_result_text(po_context *context, const char *text);
void po_result_bytes(po_context *context, const unsigned char *bytes, size_t n);
"""
SOURCE = """\
#include "po.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, SHORT, OVER, LEAKS, NEAR };
struct po_engine { po_function function; void *mine; };
struct po_context { char *text; size_t n; };
po_engine *po_new(void) { return calloc(1, sizeof(po_engine)); }
void po_free(po_engine *engine) { free(engine); }
void po_define(po_engine *engine, po_function function, void *mine)
{
    engine->function = function;
    engine->mine = mine;
}
int po_run(po_engine *engine, int argument, size_t *length)
{
    po_context context = {NULL, 0};
    if (!engine->function)
        return -1;
    engine->function(&context, argument, engine->mine);
    *length = context.n;
    if (WRONG != LEAKS)
        free(context.text);
    return 0;
}
static void set(po_context *context, const void *bytes, size_t n)
{
    size_t room = WRONG == SHORT ? n : WRONG == NEAR ? n + 9 : n + 1;
    free(context->text);
    context->text = malloc(room ? room : 1);
    memcpy(context->text, bytes, n);
    context->text[n] = '\\0';
    context->n = n;
}
void po_result_int(po_context *context, int number) { set(context, &number, sizeof number); }
void po_result_text(po_context *context, const char *text) { set(context, text, strlen(text)); }
void po_result_bytes(po_context *context, const unsigned char *bytes, size_t n)
{
    set(context, bytes, WRONG == OVER ? n + 1 : n);
}
"""
CONTRACT = """\
abidance: 1
boundary: po
header: po.h
libraries: {c: {path: libpo.so}}
handles: {po_engine: {create: po_new, destroy: po_free}}
functions:
  po_define:
    params:
      function:
        callback: {lifetime: handle(po_engine), may_call: [po_result_int, po_result_text, po_result_bytes]}
        nullable: true
        user_data: mine
  po_run:
    params: {length: {out: size_t}}
    returns: {status: {ok: [0], errors: {-1: no function is defined}}}
  po_result_int: {params: {context: {from: callback}}}
  po_result_text: {params: {context: {from: callback}, text: {in: string, max: 20}}}
  po_result_bytes: {params: {context: {from: callback}, bytes: {in: bytes, length: n}, n: {range: [0, 20]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("SOUND", set()),
        full("NEAR", set()),
        ("SHORT", {"ABD301", "ABD314"}),
        ("OVER", {"ABD301", "ABD302", "ABD312"}),
        ("LEAKS", {"ABD371"}),
    ],
)
def test_what_is_called_with_what_a_callback_is_given_is_judged(wrong, codes, codes_of):
    found = codes_of(
        "po", HEADER, SOURCE, CONTRACT, "po_engine", ("lifecycle",), f"-DWRONG={wrong}", least=60
    )

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.parametrize("item", ["po_result_int", "po_result_text"])
def test_it_is_not_called_by_itself(item, codes_of, written, judged_of):
    assert judged_of("po", HEADER, SOURCE, CONTRACT, item, ("properties", "explore"), "-DWRONG=SOUND") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("po_result_int, po_result_text, ", "po_result_int, ", "no callback may call `po_result_text`"),
        (
            "{params: {context: {from: callback}}}",
            "",
            "a callback cannot call `po_result_int` with what it has",
        ),
        ("context: {from: callback}, bytes", "context: {from: nobody}, bytes", "`from`"),
        (
            "po_define:",
            "po_define: {}\n  po_sum: {params: {context: {from: callback}}}\n  po_defined:",
            "`po_sum`",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(old, new, words, written, capsys):
    written("po", HEADER, SOURCE, CONTRACT.replace(old, new, 1))

    assert main(["check", "po.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


def test_a_law_cannot_call_it(written, capsys):
    law = "laws: {one: {steps: [e = po_new(), 'po_result_int(null, 1)'], ensures: [e.result != null]}}\n"
    written("po", HEADER, SOURCE, CONTRACT + law)

    assert main(["check", "po.contract.yaml"]) == 2
    assert "only callbacks call `po_result_int`" in capsys.readouterr().out


OTHER = HEADER.replace("(po_context *context, int argument, void *mine)", "(int argument, void *mine)")


def test_a_callback_that_is_given_none_cannot_pass_it_on(written, capsys):
    written("po", OTHER, SOURCE, CONTRACT)

    assert main(["check", "po.contract.yaml"]) == 2
    assert "not one of its parameters is a `po_context *`" in capsys.readouterr().out
