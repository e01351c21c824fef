"""Success that a call tells beside its result: a number or a pointer behind a parameter, a field of what it returns."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef enum { SP_WARNING = -2, SP_OK = 0, SP_NO_DIGIT = 1, SP_TOO_LARGE = 2, SP_GIVEN = 7 } sp_error;
typedef struct sp_store sp_store;
typedef struct sp_item sp_item;
typedef struct { int code; int value; } sp_answer;
typedef struct { char place[8]; int code; } sp_fault;
int sp_number(const char *text, sp_error *error);
const char *sp_name(int number, sp_error *error);
sp_store *sp_open(int room, int *error);
void sp_close(sp_store *store);
void sp_put(sp_store *store, int number, char **error);
int sp_count(const sp_store *store);
int sp_total(const sp_store *store, int *error);
void sp_release(void *memory);
sp_answer sp_at(const sp_store *store, int place);
void sp_copy(const unsigned char *source, size_t n, unsigned char *target, size_t room, sp_fault *fault);
sp_item *sp_item_new(int weight);
void sp_item_free(sp_item *item);
void sp_take(sp_store *store, sp_item *item, int *error);
void sp_freeze(sp_store *store, int *error);
void sp_thaw(sp_store *store);
"""
SOURCE = """\
#include "sp.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, STRANGE, MISSES, WRITES, LEAKS, TAKES, SAYS, LIES, OVER, OTHER, FORGETS };
struct sp_store { int count, frozen, room, weight, numbers[4]; };
struct sp_item { int weight; };
int sp_number(const char *text, sp_error *error)
{
    if (*error > 0)
        return -77;
    if (*text < '0' || *text > '9') {
        *error = WRONG == STRANGE ? 5 : WRONG == SAYS ? SP_OK : SP_NO_DIGIT;
        return -77;
    }
    int number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        if ((number = 10 * number + *text - '0') > 99) {
            *error = SP_TOO_LARGE;
            return -77;
        }
    if (*text)
        *error = SP_WARNING;
    return number - (WRONG == MISSES && number == 9);
}
const char *sp_name(int number, sp_error *error)
{
    static const char *const names[] = {"zero", "one", "two"};
    if (number > 2) {
        *error = SP_TOO_LARGE;
        return (const char *)8; /* nobody looks at it */
    }
    if (WRONG != FORGETS || number != 1)
        *error = SP_OK;
    return WRONG == MISSES && number == 2 ? NULL : names[number];
}
sp_store *sp_open(int room, int *error)
{
    if (room > 4) {
        if (error)
            *error = WRONG == STRANGE ? 9 : SP_TOO_LARGE;
        return NULL;
    }
    sp_store *store = WRONG == MISSES && room == 4 ? NULL : calloc(1, sizeof *store);
    if (store)
        store->room = room;
    if (error)
        *error = SP_OK;
    return store;
}
void sp_close(sp_store *store) { free(store); }
void sp_put(sp_store *store, int number, char **error)
{
    if (store->count == store->room) {
        *error = strdup("full");
        return;
    }
    if (WRONG == SAYS && number > 5)
        *error = strdup("nothing");
    if (WRONG == LEAKS && number > 5)
        (void)!strdup("lost");
    store->numbers[store->count] = WRONG == OTHER && number == 7 ? 6 : number;
    store->count += WRONG != MISSES;
}
int sp_count(const sp_store *store) { return store->count; }
int sp_total(const sp_store *store, int *error)
{
    int sum = 0;
    for (int i = 0; i < store->count; i++)
        sum += store->numbers[i];
    if (*error != SP_OK)
        abort();
    *error = sum > 20 ? SP_TOO_LARGE : SP_OK;
    return sum > 20 ? -77 : sum;
}
void sp_release(void *memory) { free(memory); }
sp_answer sp_at(const sp_store *store, int place)
{
    sp_answer answer = {WRONG == STRANGE ? 3 : SP_TOO_LARGE, -1};
    if (place < store->count) {
        answer.code = SP_OK;
        answer.value = store->numbers[place] + (WRONG == MISSES);
    }
    return answer;
}
void sp_copy(const unsigned char *source, size_t n, unsigned char *target, size_t room, sp_fault *fault)
{
    memset(fault, 0, WRONG == FORGETS ? sizeof fault->place : sizeof *fault);
    if (n > room) {
        fault->code = SP_TOO_LARGE;
        if (WRONG == WRITES && room)
            target[0] = 1;
        return;
    }
    memcpy(target, source, n - (WRONG == MISSES && n > 3));
    if (WRONG == OVER && n == room)
        target[n] = 0;
}
sp_item *sp_item_new(int weight)
{
    sp_item *item = malloc(sizeof *item);
    item->weight = weight;
    return item;
}
void sp_item_free(sp_item *item) { free(item); }
void sp_take(sp_store *store, sp_item *item, int *error)
{
    *error = item->weight > 5 ? SP_TOO_LARGE : SP_OK;
    if (*error == SP_OK)
        store->weight += item->weight;
    if ((*error == SP_OK && WRONG != LEAKS) || (*error && WRONG == TAKES))
        free(item);
}
void sp_freeze(sp_store *store, int *error)
{
    *error = store->count ? SP_OK : SP_GIVEN;
    store->frozen = WRONG == LIES ? 1 : *error == SP_OK;
}
void sp_thaw(sp_store *store)
{
    if (!store->frozen)
        abort();
    store->frozen = 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: sp
header: sp.h
libraries: {c: {path: libsp.so}}
handles:
  sp_store:
    create: sp_open
    destroy: sp_close
    prepare: [sp_put: {number: 1}]
  sp_item: {create: sp_item_new, destroy: sp_item_free}
functions:
  sp_number:
    params:
      text: {in: string, max: 4, like: "[0-9x]{0,4}"}
      error:
        inout: sp_error
        one_of: [SP_OK]
        status:
          ok: [..0]
          errors: {SP_NO_DIGIT: it begins with another character, SP_TOO_LARGE: it has more than two digits}
    ensures: [implies(error <= 0, 0 <= result <= 99), 'implies(text == "9", result == 9)']
    rejects: [{when: {error: SP_GIVEN}, ensures: [error == SP_GIVEN]}]
  sp_name:
    params:
      number: {range: [0, 5]}
      error: {out: sp_error, status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it has no name}}}
    returns: {to: string, owner: callee}
    ensures: ['implies(number == 1, result == "one")', error == (SP_OK if number < 3 else SP_TOO_LARGE)]
  sp_open:
    params:
      room: {range: [0, 6]}
      error: {out: int, nullable: true, status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it has no more than four}}}
  sp_put:
    params:
      number: {range: [0, 9]}
      error: {out: {to: string, owner: caller, free: sp_release}, initially: null, status: {ok: [null]}}
    ensures:
      - implies(error == null, sp_count(store) == old(sp_count(store)) + 1)
      - implies(error == null, sp_total(store) == old(sp_total(store)) + number)
      - 'implies(error != null, error == "full" and sp_count(store) == old(sp_count(store)))'
  sp_count: {returns: {range: [0, 4]}}
  sp_total: {params: {error: {out: int, initially: SP_OK, status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it is}}}}}
  sp_at:
    params: {place: {range: [0, 5]}}
    returns: {status: {field: code, ok: [SP_OK], errors: {SP_TOO_LARGE: there is no such place}}}
    ensures: [implies(place >= sp_count(store), result.value == -1)]
  sp_copy:
    params:
      source: {in: bytes, length: n, max: 9}
      target: {out: bytes, capacity: room, length: n}
      room: {range: [0, 9]}
      fault: {out: sp_fault, status: {field: code, ok: [SP_OK], errors: {SP_TOO_LARGE: there is no room}}}
    ensures: [implies(fault.code == SP_OK, target == source)]
  sp_item_new: {params: {weight: {range: [0, 9]}}, returns: {handle: sp_item, nullable: false}}
  sp_take:
    params:
      item: {handle: sp_item, owner: callee}
      error: {out: int, status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it is too heavy}}}
laws:
  what_was_put_is_there:
    given: {room: {in: int, range: [2, 4]}, n: {in: int, range: [0, 9]}}
    steps: ["s = sp_open(room)", "p = sp_put(s.result, n)", "a = sp_at(s.result, 1)"]
    ensures: [p.error == null, a.result.code == SP_OK, a.result.value == n]
"""
MEMORY = {"ABD301", "ABD311", "ABD314", "ABD341", "ABD371"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("sp_number", "NOTHING", set()),
        ("sp_number", "STRANGE", {"ABD322"}),
        ("sp_number", "SAYS", {"ABD321"}),
        full("sp_number", "MISSES", {"ABD321"}),
        ("sp_name", "NOTHING", set()),
        ("sp_name", "MISSES", {"ABD322"}),
        ("sp_name", "FORGETS", {"ABD325"}),
        ("sp_put", "NOTHING", set()),
        ("sp_put", "MISSES", {"ABD321"}),
        ("sp_put", "SAYS", {"ABD321"}),
        ("sp_put", "LEAKS", {"ABD371"}),
        full("sp_put", "OTHER", {"ABD321"}),
        ("sp_at", "NOTHING", set()),
        ("sp_at", "STRANGE", {"ABD322"}),
        ("sp_copy", "NOTHING", set()),
        ("sp_copy", "MISSES", {"ABD321", "ABD325"}),
        ("sp_copy", "OVER", {"ABD311"}),
        ("sp_copy", "FORGETS", {"ABD325"}),
        ("sp_take", "NOTHING", set()),
        ("sp_take", "LEAKS", {"ABD371"}),
        ("sp_take", "TAKES", MEMORY),
    ],
)
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_success_is_what_the_call_leaves(function, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    found = codes_of("sp", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=60)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"), [("NOTHING", set()), ("STRANGE", {"ABD322"}), ("MISSES", {"ABD322"})]
)
def test_who_does_not_want_to_know_it_passes_null(wrong, codes, codes_of):
    found = codes_of("sp", HEADER, SOURCE, CONTRACT, "sp_open", ("properties",), f"-DWRONG={wrong}", least=60)

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("WRITES", {"ABD326"})])
def test_what_a_failure_leaves_alone_is_looked_at(wrong, codes, codes_of):
    words = CONTRACT.replace("length: n}\n      room", "length: n, on_failure: untouched}\n      room")
    found = codes_of("sp", HEADER, SOURCE, words, "sp_copy", ("properties",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
def test_an_answer_to_a_refused_call_is_one(codes_of):
    assert not codes_of("sp", HEADER, SOURCE, CONTRACT, "sp_number", ("rejects",), "-DWRONG=NOTHING")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"), [("NOTHING", set()), full("TAKES", MEMORY), ("LEAKS", {"ABD371"})]
)
def test_a_handle_is_taken_over_where_the_call_succeeds(wrong, codes, codes_of):
    found = codes_of("sp", HEADER, SOURCE, CONTRACT, "sp_item", ("lifecycle",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("MISSES", {"ABD376"})])
def test_laws_go_by_it(wrong, codes, codes_of):
    found = codes_of("sp", HEADER, SOURCE, CONTRACT, "what_was_put_is_there", ("laws",), f"-DWRONG={wrong}")

    assert {*found} == codes


IN_STATES = CONTRACT.replace(
    "    prepare: [sp_put: {number: 1}]",
    """\
    states: [thawed, frozen]
    transitions:
      sp_freeze: {from: thawed, to: frozen}
      sp_thaw: {from: frozen, to: thawed}""",
).replace(
    "  sp_item_new: {params",
    """\
  sp_freeze: {params: {error: {out: int, status: {ok: [SP_OK], errors: {SP_GIVEN: it is empty}}}}}
  sp_thaw:
  sp_item_new: {params""",
)


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
def test_a_call_that_failed_leads_to_no_other_state(phase, codes_of, monkeypatch):
    """`sp_thaw` ends the process where nothing is frozen, and an empty store cannot be."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    assert not codes_of("sp", HEADER, SOURCE, IN_STATES, "sp_store", (phase,), "-DWRONG=NOTHING")


@pytest.mark.slow
def test_a_finding_shows_what_was_left(findings_of):
    (found,) = findings_of("sp", HEADER, SOURCE, CONTRACT, "sp_number", ("properties",), "-DWRONG=STRANGE")

    assert found.diagnostic.message.startswith("`sp_number` left (sp_error)5 in `error`, not ")
    assert "status:" in CONTRACT.splitlines()[found.diagnostic.labels[0].span.line - 1]


@pytest.mark.slow
def test_what_tells_of_success_is_written_by_each_call(findings_of):
    (found,) = findings_of("sp", HEADER, SOURCE, CONTRACT, "sp_copy", ("properties",), "-DWRONG=FORGETS")

    assert found.diagnostic.message == "`sp_copy` left `fault.code` unwritten"
    assert "whether that has succeeded" in found.diagnostic.labels[0].text


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("{ok: [null]}", "{ok: [0]}", "of which `null` alone tells of success"),
        ("{ok: [null]}", "{errors: {null: none, 1: one}}", "alone of failure"),
        ("status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it is too heavy}}", "status: {ok: [null]}", "never `null`"),
        ("status: {ok: [SP_OK], errors: {SP_TOO_LARGE: it is", "status: {errors: {SP_TOO_LARGE: it is", "needs `ok`"),
        ("{field: code, ok: [SP_OK], errors: {SP_TOO_LARGE: there is no room}}", "{ok: [0]}", "field: NAME"),
        ("{status: {field: code, ok", "{status: {field: kode, ok", "`result` has no such field"),
        ("  sp_count: {returns: {range: [0, 4]}}", "  sp_count: {returns: {status: {field: x, ok: [0]}}}", "no record"),
        ("returns: {to: string, owner: callee}", "returns: {status: {ok: [0]}}", "returns a pointer"),
    ],
)  # fmt: skip
def test_what_tells_of_nothing_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("sp", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "sp.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


def test_it_is_told_once(written, capsys):
    twice = "  sp_count: {returns: {range: [0, 4]}}"
    header = HEADER.replace(
        "int sp_count(const sp_store *store);", "int sp_count(const sp_store *store, int *e);"
    )
    given = "  sp_count: {params: {e: {out: int, status: {ok: [0]}}}, returns: {status: {ok: [0]}}}"
    written("sp", header, SOURCE, CONTRACT.replace(twice, given))

    assert main(["check", "sp.contract.yaml"]) == 2
    assert "success is told twice" in capsys.readouterr().out
