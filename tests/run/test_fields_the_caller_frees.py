"""Memory that a call leaves in fields of a record, by value or behind a pointer, is the caller's to free."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct fo_datum { char *data; int size; } fo_datum;
typedef struct fo_pair { int kind; struct { char *name; } key; fo_datum value; const char *unit; } fo_pair;
fo_datum fo_repeat(char letter, int times);
fo_datum fo_find(const char *text, char letter);
int fo_parse(const char *text, fo_pair *pair);
fo_datum fo_seek(const char *text, char letter); /* of one that is not there, nothing but NULL is told */
char *fo_copy(const char *text);
void fo_free(void *memory);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "fo.h"
enum { SOUND, SHARES, LEAKS, LOSES, KEEPS, NEAR, OPEN };
static char *kept;
static char *fresh(const char *text, size_t size)
{
    char *made = malloc(size + 1);
    memcpy(made, text, size);
    made[size] = 0;
    return made;
}
void fo_free(void *memory) { free(memory); }
char *fo_copy(const char *text) { return fresh(text, strlen(text)); }
fo_datum fo_repeat(char letter, int times)
{
    static char shared[64];
    fo_datum made = {WRONG == SHARES && times == 3 ? shared : malloc(times ? times : 1), times};
    memset(made.data, letter, times);
    if (WRONG == LEAKS && times > 2) fresh("x", 1);
    return made;
}
fo_datum fo_find(const char *text, char letter)
{
    const char *at = strchr(text, letter);
    fo_datum none = {NULL, 0}, found = {NULL, 0};
    if (at == NULL || letter == 0) return none;
    found.size = strlen(at);
    found.data = fresh(at, found.size);
    return found;
}
fo_datum fo_seek(const char *text, char letter)
{
    fo_datum found;
    const char *at = strchr(text, letter);
    found.data = at == NULL ? NULL : fresh(at, strlen(at));
    if (at != NULL && WRONG != OPEN) found.size = strlen(at);
    return found;
}
int fo_parse(const char *text, fo_pair *pair)
{
    const char *at = strchr(text, '=');
    if (at == NULL) {
        if (WRONG == LOSES) fresh("x", 1);
        return -1;
    }
    pair->kind = 1;
    pair->key.name = fresh(text, at - text);
    pair->value.size = strlen(at + 1);
    pair->value.data = fresh(at + 1, pair->value.size);
    if (WRONG == KEEPS && pair->value.size == 2) free(pair->value.data);
    pair->unit = "none";
    if (WRONG == NEAR) {
        free(kept);
        kept = fresh(text, strlen(text));
        pair->unit = "some";
    }
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: fo
header: fo.h
libraries: {c: {path: libfo.so}}
types:
  fo_datum:
    fields:
      data: {to: bytes, length: size, nullable: true, owner: caller, free: free}
      size: {range: [0, 99]}
functions:
  fo_repeat:
    params: {letter: {range: [97, 99]}, times: {range: [0, 9]}}
    ensures: [result.size == times, "all(each == letter for each in result.data)"]
  fo_find:
    params: {text: {in: string, max: 5, like: '[abc]*'}, letter: {range: [97, 99]}}
    returns: {fields: {data: {to: bytes, length: size, nullable: true, owner: caller, free: fo_free}}}
    ensures: [(result.data == null) == (result.size == 0)]
  fo_seek:
    params: {text: {in: string, max: 5, like: '[abc]*'}, letter: {range: [97, 99]}}
    returns:
      fields: {data: {to: string, owner: caller, free: fo_free}, size: {range: [0, 5]}}
      status: {field: data, errors: {null: it is not there}}
    ensures: ["implies(result.data != null, result.size == len(result.data))"]
  fo_parse:
    params:
      text: {in: string, max: 9, like: '[ab]*=?[ab]*'}
      pair:
        out: fo_pair
        fields:
          key.name: {to: string, owner: caller, free: fo_free}
          value.data: {to: bytes, length: size, owner: caller, free: fo_free}
          unit: {to: string, lifetime: static}
    returns: {status: {ok: [0], errors: {-1: there is no `=`}}}
    ensures: ["implies(result == 0, pair.key.name + '=' + pair.value.data == text)"]
"""


ASKED = """\
    ensures:
      - implies(result == 0, fo_find(text, 97).result.size <= len(text))
      - implies(result == 0, fo_copy(text) == text)
      - implies(result == 0, old(fo_copy(text)) == text)
  fo_copy:
    params: {text: {in: string, max: 9}}
    returns: {to: string, owner: caller, free: fo_free}
"""


@pytest.mark.slow
@pytest.mark.parametrize("item", ["fo_repeat", "fo_find", "fo_seek", "fo_parse"])
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_what_is_freed_is_no_leak(item, wrong, judged_of):
    for judged in judged_of("fo", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())
        assert judged.calls > 20
        assert [each for each in judged.unasked if "leak" in each] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("fo_repeat", "SHARES", {"ABD301"}),
        ("fo_repeat", "LEAKS", {"ABD371"}),
        ("fo_seek", "OPEN", {"ABD327", "ABD322", "ABD321"}),
        ("fo_parse", "LOSES", {"ABD371"}),
        ("fo_parse", "KEEPS", {"ABD301"}),
    ],
)
def test_what_is_wrong_with_it_is_found(item, wrong, codes, codes_of):
    found = codes_of("fo", HEADER, SOURCE, CONTRACT, item, ("properties",), f"-DWRONG={wrong}", least=60)
    assert {*found} <= codes
    assert found


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("SOUND", set()), ("NEAR", set()), ("LOSES", {"ABD371"})])
def test_what_is_asked_is_freed_as_well(wrong, codes, codes_of):
    contract = CONTRACT.partition('    ensures: ["implies(result == 0, pair')[0] + ASKED
    found = codes_of(
        "fo", HEADER, SOURCE, contract, "fo_parse", ("properties",), f"-DWRONG={wrong}", least=60
    )
    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"), [("SOUND", set()), ("KEEPS", {"ABD301", "ABD303"}), ("LOSES", {"ABD371"})]
)
def test_it_is_freed_while_exploring(wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "2")
    found = codes_of("fo", HEADER, SOURCE, CONTRACT, "fo_parse", ("explore",), f"-DWRONG={wrong}")
    assert {*found} <= codes
    assert bool(found) is bool(codes)


def test_nothing_is_freed_that_the_caller_had(written, tmp_path):
    written("fo", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("        out: fo_pair", "        inout: fo_pair")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "fo.contract.yaml"))

    messages = [each.message for each in caught.value.diagnostics]
    assert [each for each in messages if "the caller has nothing to free" in each] == messages[-2:]
