"""Functions are asked with what a call leaves behind a pointer to a pointer, `has(it, text)` after `get(it, &text)`."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct tk_book tk_book;
tk_book *tk_new(void);
void tk_free(tk_book *book);
int tk_set(tk_book *book, const char *text);
int tk_get(const tk_book *book, char **text);
void tk_show(const tk_book *book, char **text, size_t *size);
int tk_is(const tk_book *book, const char *text);
int tk_has(const tk_book *book, const void *data, size_t size);
int tk_take(tk_book *book, const char **text);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "tk.h"
enum { SOUND, GET, SHOW, LONG };
struct tk_book { char text[16]; int set; };
tk_book *tk_new(void) { return calloc(1, sizeof(tk_book)); }
void tk_free(tk_book *book) { free(book); }
int tk_set(tk_book *book, const char *text)
{
    if (strlen(text) >= sizeof book->text) return -1;
    strcpy(book->text, text);
    book->set = 1;
    return 0;
}
int tk_get(const tk_book *book, char **text)
{
    if (!book->set) return -1;
    *text = strdup(book->text);
    if (VARIANT == GET && (*text)[0] == 'b') (*text)[0] = 'c';
    return 0;
}
void tk_show(const tk_book *book, char **text, size_t *size)
{
    *size = strlen(book->text);
    *text = *size ? malloc(*size) : NULL;
    if (*size) memcpy(*text, book->text, *size);
    if (VARIANT == SHOW && *size == 3) (*text)[2] = '!';
    if (VARIANT == LONG && *size == 3) *size = 4;
}
int tk_is(const tk_book *book, const char *text) { return strcmp(book->text, text) == 0; }
int tk_has(const tk_book *book, const void *data, size_t size)
{
    return size == strlen(book->text) && (size == 0 || memcmp(book->text, data, size) == 0);
}
int tk_take(tk_book *book, const char **text)
{
    strcpy(book->text, *text);
    book->set = 1;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: tk
header: tk.h
libraries: {c: {path: libtk.so}}
handles:
  tk_book: {create: tk_new, destroy: tk_free}
functions:
  tk_new:
  tk_set:
    params: {text: {in: string, encoding: ascii, like: '[abc]{0,4}'}}
    returns: {status: {ok: [0], errors: {-1: it is too long}}}
  tk_get:
    params: {text: {out: {to: string, encoding: ascii, owner: caller, free: free}}}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
    ensures: ["implies(result == 0, tk_is(book, text) == 1)"]
  tk_show:
    params:
      text: {out: {to: bytes, length: size, nullable: size == 0, owner: caller, free: free}}
      size: {out: size_t}
    ensures: ["implies(size > 0, tk_has(book, text, size) == 1)"]
  tk_is: {params: {text: {in: string, encoding: ascii, max: 9}}}
  tk_has: {params: {data: {in: bytes, length: size}, size: {range: [0, 9]}}}
  tk_take:
    params: {text: {in: {to: string, encoding: ascii, max: 9}}}
    returns: {status: {ok: [0]}}
    ensures: ["tk_is(book, text) == 1"]
"""
PROMISE = "ABD321"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phase", "wrong"),
    [
        full("lifecycle", "GET"),
        ("lifecycle", "SHOW"),
        ("explore", "GET"),
        full("explore", "SHOW"),
    ],
)
def test_who_is_asked_is_given_what_the_pointer_leads_to(phase, wrong, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = codes_of("tk", HEADER, SOURCE, CONTRACT, "tk_book", (phase,), f"-DVARIANT={wrong}", least=100)
    assert found == [PROMISE]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "phase"),
    [
        ("tk_book", "lifecycle"),
        ("tk_book", "explore"),
        full("tk_get", "properties"),
        full("tk_show", "properties"),
        ("tk_take", "properties"),
    ],
)
def test_what_holds_of_what_was_left_is_no_finding(function, phase, codes_of, monkeypatch):
    """Nobody is asked after a call that failed and left nothing, nor about NULL."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert codes_of("tk", HEADER, SOURCE, CONTRACT, function, (phase,), "-DVARIANT=SOUND") == []


@pytest.mark.parametrize(
    ("condition", "question", "message"),
    [
        (
            "tk_has(book, text, size) == 1",
            "tk_has(book, text, 3) == 1",
            "`text` is `size` long, and `data` of `tk_has` is given another length than that",
        ),
        (
            "tk_has(book, text, size) == 1",
            "tk_is(book, text) == 1",
            "`text` is described as `bytes`, and `text` of `tk_is` as `string`",
        ),
        (
            "tk_is(book, text) == 1)",
            "old(tk_is(book, text)) == 1)",
            "`text` is known only after the call, and `tk_is` is asked before it",
        ),
    ],
)
def test_what_is_no_memory_of_that_kind(condition, question, message, written, tmp_path):
    written("tk", HEADER, SOURCE, CONTRACT)
    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT.replace(condition, question), tmp_path / "tk.contract.yaml"))
    assert [each.message for each in caught.value.diagnostics] == [message]
