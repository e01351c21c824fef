"""A function that a postcondition asks about a call's memory has promises of its own, and they are not judged there."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
typedef struct pile pile;
pile *pile_new(void);
int pile_add(pile *p, const char *data, int n);
int pile_may(const char *data, int n);
void pile_free(pile *p);
"""
SOURCE = """
#include <stdlib.h>
struct pile { int n; };
pile *pile_new(void) { return calloc(1, sizeof(pile)); }
int pile_may(const char *data, int n)
{
    for (int i = 0; i < n; i++) if (data[i] < '0' || data[i] > '9' + MORE) return -1;
    return 0;
}
int pile_add(pile *p, const char *data, int n)
{
    if (pile_may(data, n) && !(TAKES && p->n == 3)) return -1;
    p->n++;
    return 0;
}
void pile_free(pile *p) { free(p); }
"""
CONTRACT = """
handles: {pile: {create: pile_new, destroy: pile_free}}
functions:
  pile_add:
    params: {data: {in: bytes, length: n, like: '[0-9a]*'}, n: {range: [1, 9]}}
    returns: {status: {ok: [0], errors: {-1: it has something else}}}
    ensures: [result == pile_may(data, n)]
  pile_may:
    params: {data: {in: bytes, length: n, like: '[0-9:a]*'}, n: {range: [1, 9]}}
    returns: {status: {ok: [0], errors: {-1: it has something else}}}
    ensures: [(result == 0) == all(48 <= c <= 57 for c in data)]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "expected", "told"),
    [
        (("-DMORE=0", "-DTAKES=0"), [], ""),
        (("-DMORE=1", "-DTAKES=0"), ["ABD321"], "after `pile_may` returned 0"),
        (("-DMORE=0", "-DTAKES=1"), ["ABD321"], "after `pile_add` returned 0"),
    ],
)
def test_what_is_asked_about_memory_in_a_sequence_is_no_call_of_it(small, flags, expected, told):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags, examples=100)
    assert sorted({*ended.codes}) == expected, ended.text
    assert told in ended.text
    assert "ABD107" not in ended.text


BLOB_HEADER = """
#include <stddef.h>
typedef struct blob blob;
blob *blob_of(const unsigned char *data, size_t n);
void blob_free(blob *b);
int blob_is_there(const blob *b);
size_t blob_size(const blob *b);
const unsigned char *blob_data(const blob *b);
void blob_turn(blob *b);
"""
BLOB_SOURCE = """
#include <stdlib.h>
#include <string.h>
struct blob { size_t n; unsigned char data[40]; };
blob *blob_of(const unsigned char *data, size_t n)
{
    blob *b = calloc(1, sizeof *b);
    if (!b) return b;
    b->n = n;
    memcpy(b->data, data, n);
    if (WRONG == 1 && n > 1) b->data[n - 1] ^= 1;
    return b;
}
void blob_free(blob *b) { free(b); }
int blob_is_there(const blob *b) { return b->n > 0; }
size_t blob_size(const blob *b) { return b->n; }
const unsigned char *blob_data(const blob *b) { return b->n ? b->data : 0; }
void blob_turn(blob *b)
{
    for (size_t i = WRONG == 2, j = b->n; i + 1 < j; i++) {
        unsigned char c = b->data[i];
        b->data[i] = b->data[--j], b->data[j] = c;
    }
}
"""
BLOB_CONTRACT = """
handles: {blob: {create: blob_of, destroy: blob_free}}
functions:
  blob_of:
    params: {data: {in: bytes, length: n}, n: {range: [0, 40]}}
    ensures: ["implies(n > 0, blob_data(result) == data)", "(blob_data(result) == null) == (n == 0)"]
  blob_is_there:
  blob_size: {requires: [blob_is_there(b)]}
  blob_data: {returns: {to: bytes, length: blob_size(b), nullable: true}}
  blob_turn:
    ensures: ["implies(blob_is_there(b), blob_data(b)[:1] == old(blob_data(b))[blob_size(b) - 1:])"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "expected"), [(0, set()), (1, {"ABD321"}), (2, {"ABD321"})])
def test_bytes_that_are_asked_for_are_as_many_as_another_function_tells(small, wrong, expected):
    ended = small.run(BLOB_HEADER, BLOB_SOURCE, BLOB_CONTRACT, flags=(f"-DWRONG={wrong}",), examples=60)

    assert {*ended.codes} == expected, ended.text
    assert "ABD107" not in ended.text, ended.text


SET_HEADER = """
typedef struct set set;
set *set_new(void);
void set_free(set *s);
void set_add(set *s, unsigned key);
int set_has(const set *s, unsigned key, unsigned *place);
"""
SET_SOURCE = """
#include <stdlib.h>
struct set { unsigned keys; };
set *set_new(void) { return calloc(1, sizeof(set)); }
void set_free(set *s) { free(s); }
void set_add(set *s, unsigned key) { if (!(WRONG && key == 7)) s->keys |= 1u << key; }
int set_has(const set *s, unsigned key, unsigned *place)
{
    if (s->keys >> key & 1 && place) *place = key;
    return s->keys >> key & 1;
}
"""
SET_CONTRACT = """
handles: {set: {create: set_new, destroy: set_free}}
functions:
  set_add: {params: {key: {range: [0, 9]}}, ensures: ["set_has(s, key, null) == 1"]}
  set_has:
    params: {key: {range: [0, 9]}, place: {out: unsigned, nullable: true}}
    returns: {status: {ok: [1], errors: {0: it is not there}}}
    ensures: ["implies(result == 1 and place != null, place == key)"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0, 1])
def test_what_would_be_written_is_null_where_nothing_but_the_answer_is_wanted(small, wrong):
    ended = small.run(SET_HEADER, SET_SOURCE, SET_CONTRACT, flags=(f"-DWRONG={wrong}",), examples=40)

    assert {*ended.codes} == ({"ABD321"} if wrong else set()), ended.text
    assert ended.status == wrong, ended.text


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        (
            SET_CONTRACT.replace("unsigned, nullable: true", "unsigned"),
            "is not `nullable`, and `null` is given",
        ),
        (
            SET_CONTRACT.replace("set_has(s, key, null)", "set_has(s, null, null)"),
            "`key` of `set_has` is no pointer",
        ),
        # What is left out is given memory: what a function leaves there is an answer as well.
        (SET_CONTRACT.replace(", null)", ")"), "ok: the contract holds"),
    ],
)
def test_null_is_asked_with_only_where_it_may_be(small, contract, told):
    ended = small.run(SET_HEADER, SET_SOURCE, contract, flags=("-DWRONG=0",), examples=5)

    assert told in ended.text
    assert "Traceback" not in ended.text


ROW_HEADER = """
typedef struct row row;
row *row_new(void);
void row_free(row *r);
int row_add(row *r, int number);
int row_skip(row *r, int places);
int row_count(const row *r);
int row_at(const row *r, int place);
"""
ROW_SOURCE = """
#include <stdlib.h>
struct row { int n, numbers[300]; };
row *row_new(void) { return calloc(1, sizeof(row)); }
void row_free(row *r) { free(r); }
int row_add(row *r, int number)
{
    if (r->n == 300) return -1;
    r->numbers[r->n++] = number + (WRONG && r->n == 4);
    return 0;
}
int row_skip(row *r, int places) { return r->n + places > 300 ? -1 : (r->n += places, 0); }
int row_count(const row *r) { return r->n; }
int row_at(const row *r, int place) { return place < r->n ? r->numbers[place] : -1; }
"""
ROW_CONTRACT = """
explore: 0
handles: {row: {create: row_new, destroy: row_free}}
functions:
  row_add:
    params: {number: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures: ["implies(result == 0, row_at(r, row_count(r) - 1) == number)"]
  row_skip: {params: {places: {range: [0, 9]}}, returns: {status: {ok: [0], errors: {-1: it is full}}}}
  row_count:
  row_at: {params: {place: {range: [0, 9]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0, 1])
def test_a_place_that_may_not_be_asked_about_is_no_condition_without_a_value(small, wrong):
    ended = small.run(ROW_HEADER, ROW_SOURCE, ROW_CONTRACT, flags=(f"-DWRONG={wrong}",), examples=100)

    assert {*ended.codes} == ({"ABD321"} if wrong else set()), ended.text
    assert ended.status == wrong, ended.text


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0, 1])
def test_what_may_not_be_asked_for_what_another_tells_is_no_condition_without_a_value(small, wrong):
    contract = ROW_CONTRACT.replace(
        "row_at: {params: {place: {range: [0, 9]}}}",
        "row_at: {params: {place: {range: [0, 299]}}, requires: [place < row_count(r), row_count(r) < 9]}",
    )
    ended = small.run(ROW_HEADER, ROW_SOURCE, contract, flags=(f"-DWRONG={wrong}",), examples=100)

    assert {*ended.codes} == ({"ABD321"} if wrong else set()), ended.text
    assert ended.status in ((1,) if wrong else (0, 3)), ended.text
    assert "ABD107" not in ended.text
