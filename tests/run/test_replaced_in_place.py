"""What a call may put something else in the place of, behind a pointer to where the caller has it."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct rp_ring rp_ring;
rp_ring *rp_new(void);
void rp_free(rp_ring *ring);
int rp_put(rp_ring **ring, int number);
int rp_count(const rp_ring *ring);
int rp_at(const rp_ring *ring, int place);
int rp_join(char **text, const char *more);
void rp_explain(int number, char **why);
void rp_release(void *memory);
const void *rp_same(const rp_ring *ring);
rp_ring *rp_itself(rp_ring *ring);
"""
SOURCE = """\
#include "rp.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, FORGETS, LEAKS, LEAVES_NULL, LEAVES_THE_OLD };
struct rp_ring { int count, room, numbers[]; };
static rp_ring *sized(int room)
{
    rp_ring *ring = calloc(1, sizeof *ring + (size_t)room * sizeof(int));
    ring->room = room;
    return ring;
}
rp_ring *rp_new(void) { return sized(2); }
void rp_free(rp_ring *ring) { free(ring); }
int rp_put(rp_ring **ring, int number)
{
    if ((*ring)->count == 6)
        return -1;
    if ((*ring)->count == (*ring)->room) {
        rp_ring *more = sized(2 * (*ring)->room);
        memcpy(more->numbers, (*ring)->numbers, (size_t)(*ring)->count * sizeof(int));
        more->count = (*ring)->count - (WRONG == FORGETS);
        if (WRONG != LEAKS)
            free(*ring);
        if (WRONG == LEAVES_NULL || WRONG == LEAVES_THE_OLD)
            free(more);
        if (WRONG == LEAVES_NULL)
            *ring = NULL;
        if (WRONG == LEAVES_NULL || WRONG == LEAVES_THE_OLD)
            return 0;
        *ring = more;
    }
    (*ring)->numbers[(*ring)->count++] = number;
    return 0;
}
int rp_count(const rp_ring *ring) { return ring->count; }
int rp_at(const rp_ring *ring, int place) { return place < ring->count ? ring->numbers[place] : -1; }
void rp_release(void *memory) { free(memory); }
const void *rp_same(const rp_ring *ring) { return ring; }
rp_ring *rp_itself(rp_ring *ring) { return ring; }
int rp_join(char **text, const char *more)
{
    size_t had = *text ? strlen(*text) : 0, n = strlen(more);
    if (n == 0)
        return -1;
    char *joined = malloc(had + n + 1);
    if (had > 0)
        memcpy(joined, *text, had - (WRONG == FORGETS));
    memcpy(joined + had, more, n + 1);
    if (WRONG != LEAKS)
        free(*text);
    if (WRONG == LEAVES_THE_OLD)
        free(joined);
    else
        *text = WRONG == LEAVES_NULL ? (free(joined), NULL) : joined;
    return 0;
}
void rp_explain(int number, char **why) /* touches what is there only where there is something to say */
{
    if (number < 5)
        return;
    if (WRONG != LEAKS)
        free(*why);
    *why = strdup(number == 5 && WRONG != FORGETS ? "five" : "too large");
}
"""
CONTRACT = """\
abidance: 1
boundary: rp
header: rp.h
libraries: {c: {path: librp.so}}
handles: {rp_ring: {create: rp_new, destroy: rp_free}}
functions:
  rp_new:
  rp_put:
    params: {ring: {inout: rp_ring}, number: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures:
      - rp_count(ring) == old(rp_count(ring)) + (1 if result == 0 else 0)
      - implies(result == 0, rp_at(ring, rp_count(ring) - 1) == number)
  rp_count: {returns: {range: [0, 6]}}
  rp_at: {params: {place: {range: [0, 9]}}}
  rp_join:
    params:
      text: {inout: {to: string, max: 20, nullable: true, owner: caller, free: rp_release}}
      more: {in: string, max: 9}
    returns: {status: {ok: [0], errors: {-1: there is nothing to join}}}
    ensures:
      - 'implies(result == 0, text == ("" if old(text) == null else old(text)) + more)'
      - implies(result == -1, text == old(text))
  rp_explain:
    params:
      number: {range: [0, 9]}
      why: {inout: {to: string, max: 9, nullable: true, owner: caller, free: rp_release}}
    ensures: [implies(number < 5, why == old(why)), implies(number == 5, why == "five")]
    rejects: [{when: {number: 77}, ensures: [why == "too large"]}]
laws:
  all_are_there:
    given: {ring: rp_ring, n: {in: int, range: [0, 6]}}
    steps: [rp_put(ring, 7) n times, c = rp_count(ring)]
    ensures: [c.result == n]
"""
ENDED = {"ABD301", "ABD314", "ABD321", "ABD322"}


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("NOTHING", set()),
        full("FORGETS", {"ABD321"}),
        ("LEAKS", {"ABD371"}),
        ("LEAVES_NULL", {"ABD322"}),
        ("LEAVES_THE_OLD", ENDED),
    ],
)
def test_a_handle_is_what_the_call_has_left(wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, "rp_ring", (phase,), f"-DWRONG={wrong}", least=60)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("FORGETS", {"ABD321", "ABD376"})])
def test_later_steps_of_a_law_have_it(wrong, codes, codes_of):
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, "all_are_there", ("laws",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("rp_join", "NOTHING", set()),
        full("rp_join", "FORGETS", {"ABD321"}),
        ("rp_join", "LEAKS", {"ABD371"}),
        full("rp_join", "LEAVES_NULL", {"ABD321"}),
        ("rp_join", "LEAVES_THE_OLD", {"ABD301", "ABD321"}),
        ("rp_explain", "NOTHING", set()),
        ("rp_explain", "FORGETS", {"ABD321"}),
        ("rp_explain", "LEAKS", {"ABD371"}),
    ],
)
def test_memory_is_the_callers_wherever_it_is(function, wrong, codes, codes_of):
    """`rp_explain`, which returns nothing, leaves what is there in most calls."""
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("LEAKS", {"ABD371"})])
def test_so_it_is_of_refused_calls(wrong, codes, codes_of):
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, "rp_explain", ("rejects",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
def test_what_is_shown_is_how_a_program_calls(findings_of):
    (found,) = findings_of("rp", HEADER, SOURCE, CONTRACT, "rp_join", ("properties",), "-DWRONG=LEAKS")

    assert found.diagnostic.message == (
        "`rp_join` leaves something else in the place of `text[0]`, and does not free that"
    )
    declared, call, end = found.call.splitlines()
    assert declared.startswith('char *text = "')
    assert call.startswith("rp_join(&text, ")
    assert end == "rp_release(text);"


@pytest.mark.parametrize("clause", ["owner: shared", "nullable: true"])
def test_what_is_replaced_is_there_and_stays_the_callers(clause, written, capsys):
    written("rp", HEADER, SOURCE, CONTRACT.replace("{inout: rp_ring}", f"{{inout: rp_ring, {clause}}}"))

    assert main(["check", "rp.contract.yaml"]) == 2
    told = capsys.readouterr().out
    assert "`rp_put` may replace the `rp_ring` that is there, and leaves it the caller's" in told
    assert "`{out: rp_ring, initially: null}`" in told


@pytest.mark.slow
def test_it_is_the_one_that_was_left_which_later_calls_are_compared_with(codes_of):
    said = "  rp_same: {returns: {opaque: true}, ensures: [result == ring]}\nlaws:\n"
    contract = CONTRACT.replace("laws:\n", said)

    assert not codes_of(
        "rp", HEADER, SOURCE, contract, "rp_ring", ("lifecycle",), "-DWRONG=NOTHING", least=100
    )


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["lifecycle", full("explore")])
def test_what_has_another_name_is_not_replaced(phase, codes_of, monkeypatch):
    """The other name would lead to what was freed, whichever of them the call is given."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    named = "  rp_itself: {returns: {handle: rp_ring, owner: callee, lifetime: handle(ring)}}\n  rp_count: {"
    contract = CONTRACT.replace("  rp_count: {", named, 1)

    assert not codes_of("rp", HEADER, SOURCE, contract, "rp_ring", (phase,), "-DWRONG=NOTHING", least=60)
