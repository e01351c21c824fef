"""Functions are asked about each of what a call is given before it, and with fields of records before and after it."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct aq_list aq_list;
typedef struct aq_hit { char mark; int place; double share; } aq_hit;
aq_list *aq_new(int n);
void aq_free(aq_list *list);
int aq_count(const aq_list *list);
int aq_at(const aq_list *list, int place);
int aq_has(const aq_list *list, int place);
int aq_find(const aq_list *list, int number, aq_hit *hit);
aq_hit aq_last(const aq_list *list);
int aq_sum(const aq_list *list, const int *places, size_t n);
int aq_sum_all(const aq_list *list, const int *places, size_t n, int lenient);
int aq_of(const aq_list *list, const aq_hit *hit);
int aq_move(const aq_list *list, aq_hit *hit);
int aq_place(aq_hit hit);
aq_hit aq_next(aq_hit hit);
int aq_halve(const aq_hit *hit, aq_hit *half);
int aq_left(aq_hit hit);
aq_hit aq_back(aq_hit hit);
"""
SOURCE = """\
#include <stdlib.h>
#include "aq.h"
enum { SOUND, SUM, SUM_ALL, FIND, LAST, OF, MOVE, NEXT, HALVE, LEFT, BACK };
struct aq_list { int n; };
aq_list *aq_new(int n) { aq_list *list = malloc(sizeof *list); list->n = n; return list; }
void aq_free(aq_list *list) { free(list); }
int aq_count(const aq_list *list) { return list->n; }
int aq_at(const aq_list *list, int place)
{
    if (place < 0 || place >= list->n) abort();
    return place * place;
}
int aq_has(const aq_list *list, int place) { return place >= 0 && place < list->n; }
int aq_find(const aq_list *list, int number, aq_hit *hit)
{
    for (int i = 0; i < list->n; i++)
        if (i * i == number) {
            *hit = (aq_hit){1, VARIANT == FIND && i == 1 ? 0 : i, 0.5};
            return 0;
        }
    return -1;
}
aq_hit aq_last(const aq_list *list) { return (aq_hit){0, list->n - 1 - (VARIANT == LAST && list->n > 2), 1}; }
int aq_sum(const aq_list *list, const int *places, size_t n)
{
    int sum = VARIANT == SUM && n > 1;
    for (size_t i = 0; i < n; i++) sum += aq_at(list, places[i]);
    return sum;
}
int aq_sum_all(const aq_list *list, const int *places, size_t n, int lenient)
{
    int sum = VARIANT == SUM_ALL && lenient && n == 2;
    for (size_t i = 0; i < n; i++)
        if (places[i] >= 0 && (!lenient || aq_has(list, places[i]))) sum += aq_at(list, places[i]);
    return sum;
}
int aq_of(const aq_list *list, const aq_hit *hit)
{
    return aq_at(list, hit->place) + (VARIANT == OF && hit->place == 3);
}
int aq_move(const aq_list *list, aq_hit *hit)
{
    if (!aq_has(list, hit->place + 1)) return -1;
    hit->place += 1 + (VARIANT == MOVE && aq_has(list, hit->place + 2));
    return 0;
}
int aq_place(aq_hit hit)
{
    if (hit.place < 0 || hit.place > 5) abort();
    return hit.place;
}
aq_hit aq_next(aq_hit hit)
{
    return (aq_hit){hit.mark, hit.place + 1 + (VARIANT == NEXT && hit.place == 2), hit.share};
}
int aq_halve(const aq_hit *hit, aq_hit *half)
{
    if (hit->place % 2) return -1;
    *half = (aq_hit){hit->mark, hit->place / 2 + (VARIANT == HALVE && hit->place == 4), hit->share};
    return 0;
}
aq_hit aq_back(aq_hit hit)
{
    return (aq_hit){hit.mark, hit.place - 1 - (VARIANT == BACK && hit.place == 4), hit.share};
}
int aq_left(aq_hit hit) { return 5 - hit.place + (VARIANT == LEFT && hit.place == 1); }
"""
CONTRACT = """\
abidance: 1
boundary: aq
header: aq.h
libraries: {c: {path: libaq.so}}
types:
  aq_hit: {fields: {place: {range: [-1, 5]}}}
handles:
  aq_list: {create: aq_new, destroy: aq_free}
functions:
  aq_new: {params: {n: {range: [0, 5]}}}
  aq_count:
  aq_at: {params: {place: {range: [0, 9]}}, requires: [place < aq_count(list)]}
  aq_has: {params: {place: {range: [-2, 9]}}}
  aq_find:
    params: {number: {range: [0, 5]}, hit: {out: aq_hit}}
    returns: {status: {ok: [0], errors: {-1: it is not there}}}
    ensures: ["implies(result == 0, aq_at(list, hit.place) == number)"]
  aq_last:
    requires: [aq_count(list) > 0]
    ensures: [aq_at(list, result.place) == (aq_count(list) - 1) * (aq_count(list) - 1)]
  aq_sum:
    params: {places: {in: array, length: n, range: [-1, 5]}, n: {range: [0, 4]}}
    requires: ["all(aq_has(list, places[i]) for i in range(n))"]
    ensures: ["result == sum(each * each for each in places)"]
  aq_sum_all:
    params: {places: {in: array, length: n, range: [-1, 5]}, n: {range: [0, 3]}, lenient: {one_of: [0, 1]}}
    requires: ["lenient == 1 or all(aq_has(list, each) for each in places if each >= 0)"]
    ensures:
      - implies(lenient == 0, result == sum(each * each for each in places if each >= 0))
      - implies(lenient == 1 and n == 0, result == 0)
  aq_of:
    params: {hit: {in: aq_hit}}
    requires: [aq_has(list, hit.place)]
    ensures: [result == aq_at(list, hit.place)]
  aq_move:
    params: {hit: {inout: aq_hit}}
    returns: {status: {ok: [0], errors: {-1: there is none behind it}}}
    requires: [aq_has(list, hit.place)]
    ensures:
      - implies(result == 0, aq_at(list, hit.place) > old(aq_at(list, hit.place)))
      - implies(result == 0, hit.place == old(hit.place) + 1)
  aq_place: {requires: [0 <= hit.place <= 5]}
  aq_next:
    requires: [aq_place(hit) < 5]
    ensures:
      - implies(hit.place < 4, aq_place(result) == aq_place(hit) + 1)
      - aq_next(hit).result.place == result.place
  aq_halve:
    params: {hit: {in: aq_hit}, half: {out: aq_hit}}
    returns: {status: {ok: [0], errors: {-1: it is odd}}}
    requires: [aq_place(hit) >= 0]
    ensures: ["implies(result == 0, aq_place(half) * 2 == aq_place(hit))"]
  aq_back:
    requires: [hit.place >= 0]
    ensures: ["implies(result.place >= 0, aq_place(result) == hit.place - 1)"]
  aq_left:
    requires: [aq_place(hit) < 5]
    ensures: [result + aq_place(hit) == 5]
"""
PROMISE = "ABD321"


@pytest.mark.slow
@pytest.mark.parametrize(
    "function",
    [
        "aq_sum",
        "aq_sum_all",
        "aq_find",
        "aq_last",
        "aq_of",
        "aq_move",
        "aq_next",
        "aq_halve",
        "aq_left",
        "aq_back",
    ],
)
def test_what_is_asked_decides_which_calls_are_made(function, codes_of):
    """The library ends the process where it is given a place that it has not."""
    phases = ("properties",)
    assert codes_of("aq", HEADER, SOURCE, CONTRACT, function, phases, "-DVARIANT=SOUND") == []

    if function != "aq_sum_all":
        wrong = f"-DVARIANT={function.removeprefix('aq_').upper()}"
        assert codes_of("aq", HEADER, SOURCE, CONTRACT, function, phases, wrong) == [PROMISE]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            '"all(aq_has(list, i) or i == 3 for i in range(n))"',
            "`all(aq_has(list, i) or i == 3 for i in range(n))` asks in a loop for one thing or another",
        ),
        (
            '"all(aq_has(list, i) for i in range(aq_count(list)))"',
            "`aq_count(list)` tells what `all(aq_has(list, i) for i in range(aq_count(list)))` goes through, ",
        ),
        (
            '"any(aq_has(list, i) for i in range(n))"',
            "`any(aq_has(list, i) for i in range(n))` does more with what `aq_has(list, i)` tells than ",
        ),
    ],
)
def test_what_is_too_much_to_ask(condition, message, written, tmp_path):
    written("aq", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace('"all(aq_has(list, places[i]) for i in range(n))"', condition)

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "aq.contract.yaml"))

    assert any(each.message.startswith(message) for each in caught.value.diagnostics)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("aq_place(result) == 5", "`result` is not what `hit` of `aq_place` is"),
        (
            "aq_next(hit).place == 5",
            "`aq_next` leaves no number in `place`: it is only asked what it returns",
        ),
    ],
)
def test_a_record_is_asked_about_where_it_is_one(condition, message, written, tmp_path):
    written("aq", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("result + aq_place(hit) == 5", condition)

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "aq.contract.yaml"))

    assert [each.message for each in caught.value.diagnostics] == [message]


def test_a_fraction_is_no_place(written, tmp_path):
    written("aq", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("aq_at(list, hit.place) == number", "aq_at(list, hit.share) == number")

    with pytest.raises(
        UsageError, match=r"`hit\.share` is no whole number in the call's memory, or `place` of `aq_at`"
    ):
        join(load_text(text, tmp_path / "aq.contract.yaml"))


def test_what_asks_about_records_by_value_is_not_compiled(codes_of):
    assert codes_of("aq", HEADER, SOURCE, CONTRACT, "aq_halve", ("explore",), "-DVARIANT=SOUND") == []
