"""Which call of a plan ends a handle for good: what callbacks that last as long as it does are held against."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.lawful_cases import first_objection
from abidance.boundary.model.values import ROOM, Case, Earlier, Script, Step

HEADER = """
typedef struct item item;
typedef struct list list;
item *item_new(void);
int item_pair(item **one, item **other);
item *item_ref(item *it);
int item_unref(item *it);
int item_name(item *it, const char *text, int kind);
void item_on(item *it, void (*told)(void *mine), void *mine);
list *list_new(void);
void list_free(list *l);
int list_put(list *l, item *it);
int list_drop(list *l, int place);
void list_move(list *from, list *to);
int list_refer(list *to, list *from);
void list_lend(list *l, const char *text);
"""
CONTRACT = """
handles:
  item: {{create: [item_new, item_pair], {ends}}}
  list: {{create: list_new, destroy: list_free}}
functions:
  item_pair: {{params: {{one: {{out: item}}, other: {{out: item}}}}, returns: {{status: {{ok: [0]}}}}}}
  item_unref:
    returns: {{status: {{ok: [0], errors: {{-2: it is in use}}}}}}
    {more}
  item_name:
    params: {{text: {{in: string, max: 9, lifetime: handle(item), until: item_name}}}}
    returns: {{status: {{ok: [0], errors: {{-1: there is no such kind}}}}}}
    rejects: [{{when: {{kind: 9}}, returns: -1}}]
  item_on: {{params: {{told: {{callback: {{lifetime: handle(item)}}, user_data: mine}}}}}}
  list_put:
    params: {{l: {{handle: list}}, it: {{handle: item, {taken}}}}}
    returns: {{status: {{ok: [0], errors: {{-1: it is full}}}}}}
  list_drop: {{returns: {{status: {{ok: [0], errors: {{-1: nothing is there}}}}}}}}
  list_refer:
    params: {{to: {{handle: list}}, from: {{handle: list, owner: shared, lifetime: handle(to)}}}}
    returns: {{status: {{ok: [0], errors: {{-1: it is full}}}}}}
  list_lend: {{params: {{text: {{in: string, max: 9, lifetime: handle(list)}}}}}}
  list_move: {{params: {{from: {{handle: list, into: to}}, to: {{handle: list}}}}}}
"""
COUNTED = "references: {acquire: item_ref, release: item_unref}"
LOCKED = (
    "destroy: item_unref, states: [free, held], transitions: {item_ref: {to: held}, item_unref: {from: free}}"
)
REFUSED = "rejects: [{when: {it: held}, returns: -2}]"
SHARED = "owner: shared, lifetime: handle(l), until: list_drop"
TAKEN = "owner: callee, lifetime: handle(l)"
IT = {"it": (0, "result", "item")}
ON = ("item_on", IT)
PUT = ("list_put", {"l": (1, "result", "list"), **IT})
FREED = ("list_free", {"l": (1, "result", "list")})
MORE = {
    "item_on": {"told": Script(), "mine": 1},
    "item_pair": {"one": ROOM, "other": ROOM},
    "list_drop": {"place": 0},
}
MADE = (("item_new", {}), ("list_new", {}), ON)


def ends(boundary, *calls):
    """Return the step after which the handle of the first is gone for certain; None for the calls at the end."""
    steps = []
    for name, given, *rejects in calls:
        held = {parameter: Earlier(*where) for parameter, where in given.items()}
        more = MORE.get(name, {})
        steps.append(Step(name, {**more, **held}, rejects="".join(rejects)))
    encoded = encode(boundary, Case("item", {}, steps=tuple(steps)))
    origin = (
        encoded.steps[0],
        next(iter(calls[1][1].values()))[1] if calls[0][0] == "item_pair" else "result",
    )
    ended = [index for index, call in enumerate(encoded.calls) if origin in call.ends]
    assert ended
    return encoded.steps.index(ended[0]) if ended[0] in encoded.steps else None


@pytest.mark.parametrize(
    ("calls", "end"),
    [
        ([*MADE, ("item_unref", IT)], 3),
        ([*MADE, ("item_ref", IT), ("item_unref", IT), ("item_unref", IT)], 5),
        ([*MADE, PUT, ("item_unref", IT), FREED], 5),
        ([*MADE, PUT, FREED, ("item_unref", IT)], 5),
        # It may be another one that was dropped.
        ([*MADE, PUT, ("item_unref", IT), ("list_drop", {"l": (1, "result", "list")}), FREED], 6),
    ],
)
def test_the_end_is_the_call_that_gives_the_last_reference_up(calls, end, joined):
    assert ends(joined(HEADER, CONTRACT.format(ends=COUNTED, taken=SHARED, more="")), *calls) == end


def test_what_was_given_away_ends_with_what_has_it(joined):
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    to = ("list_move", {"from": (1, "result", "list"), "to": (3, "result", "list")})

    assert ends(boundary, *MADE, PUT, FREED) == 4
    assert (
        ends(boundary, *MADE, ("list_new", {}), PUT, to, FREED, ("list_free", {"l": (3, "result", "list")}))
        == 7
    )


def test_an_end_that_is_refused_is_none(joined):
    boundary = joined(HEADER, CONTRACT.format(ends=LOCKED, taken="lifetime: handle(l)", more=REFUSED))
    refused = ("item_unref", IT, boundary.functions["item_unref"].rejects[0].text)

    assert ends(boundary, ("item_new", {}), ON, ("item_ref", IT), refused) is None
    assert ends(boundary, ("item_new", {}), ON, ("item_unref", IT)) == 2


def test_one_of_two_that_a_call_has_made_ends_by_itself(joined):
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    one, other = ({"it": (0, path, "item")} for path in ("one", "other"))

    assert (
        ends(boundary, ("item_pair", {}), ("item_on", one), ("item_unref", other), ("item_unref", one)) == 3
    )


@pytest.mark.parametrize("refused", [False, True])
def test_what_is_lent_until_a_call_stays_lent_where_that_is_refused(refused, joined):
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    clause = boundary.functions["item_name"].rejects[0].text
    names = [Step("item_name", {"it": Earlier(*IT["it"]), "text": b"a", "kind": 0}) for _ in range(2)]
    if refused:
        names[1] = Step("item_name", {"it": Earlier(*IT["it"]), "text": b"b", "kind": 9}, rejects=clause)
    encoded = encode(
        boundary,
        Case(
            "item",
            {},
            steps=(
                Step("item_new", {}),
                *names,
                Step("item_on", {**MORE["item_on"], "it": Earlier(*IT["it"])}),
            ),
        ),
    )
    lent = encoded.calls[encoded.steps[1]].places["text"]

    assert (lent in encoded.plan.calls[encoded.steps[2]].retires) is not refused


def test_one_that_another_refers_to_is_there_as_long_as_either(joined):
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    one, other = (0, "result", "list"), (1, "result", "list")
    it = {"it": (2, "result", "item")}
    made = (("list_new", {}), ("list_new", {}), ("item_new", {}), ("item_on", it))
    refer = ("list_refer", {"to": other, "from": one})

    assert ends(boundary, *made, refer, ("list_free", {"l": one}), ("list_free", {"l": other})) == 6
    assert ends(boundary, *made, refer, ("list_free", {"l": other}), ("list_free", {"l": one})) == 6
    assert ends(boundary, *made, ("list_free", {"l": one}), ("list_free", {"l": other})) == 4


def test_one_that_another_refers_to_is_not_used_after_its_end(joined):
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    one, other = Earlier(0, "result", "list"), Earlier(1, "result", "list")
    steps = (
        Step("list_new", {}),
        Step("list_new", {}),
        Step("list_refer", {"to": other, "from": one}),
        Step("list_free", {"l": one}),
        Step("list_drop", {"l": one, "place": 0}),
    )

    assert "not there any more" in first_objection(boundary, Case("list", {}, steps=steps))


def test_how_long_one_is_shared_that_nothing_counts_is_said(refused):
    (message,) = refused(HEADER, CONTRACT.format(ends="destroy: item_unref", taken="owner: shared", more=""))

    assert message == "nothing counts references to a `item`, nor says how long it is shared"


@pytest.mark.parametrize("late", [False, True])
def test_what_is_lent_stays_as_long_as_the_last_that_refers_to_it(late, joined):
    """The base is lent a text. The middle refers to it by way of the bottom, the top to the middle, another later."""
    boundary = joined(HEADER, CONTRACT.format(ends="destroy: item_unref", taken=TAKEN, more=""))
    base, bottom, middle, top, last = (Earlier(n, "result", "list") for n in range(5))
    steps = [Step("list_new", {})] * 5
    steps += [Step("list_lend", {"l": base, "text": b"a"})]
    steps += [Step("list_refer", {"to": to, "from": of}) for to, of in ((bottom, base), (top, middle))]
    steps += [Step("list_free", {"l": base}), Step("list_refer", {"to": middle, "from": bottom})]
    steps += [Step("list_free", {"l": bottom})]
    steps += [Step("list_refer", {"to": last, "from": middle})] if late else []
    steps += [Step("list_free", {"l": each}) for each in (middle, top, last)]
    steps += [Step("list_new", {})]  # what the last call takes back, nobody could touch
    encoded = encode(boundary, Case("list", {}, steps=tuple(steps)))
    (lent,) = (call.places["text"] for call in encoded.calls if call.function.name == "list_lend")
    retired = [index for index, call in enumerate(encoded.plan.calls) if lent in call.retires]

    assert retired == [encoded.steps[-2 if late else -3]]
