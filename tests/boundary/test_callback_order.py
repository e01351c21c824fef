"""`order:` of callbacks: what it names is found beside it, or along the handle; what it cannot mean is refused."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct reader reader;
reader *reader_new(void);
void reader_free(reader *r);
void reader_reset(reader *r);
void on_element(reader *r, void (*start)(int name, void *user), void (*end)(int name, void *user), void *user);
void on_text(reader *r, void (*handler)(const char *text));
void on_mark(reader *r, void (*handler)(void));
void each(void (*first)(void), void (*last)(void));
"""
CONTRACT = """
handles:
  reader:
    create: reader_new
    destroy: reader_free
    states: [fresh, read]
    transitions: {{reader_reset: {{to: read, resets: true}}}}
functions:
  on_element:
    params:
      start: {{callback: {{lifetime: handle(reader)}}, user_data: user}}
      end: {{callback: {{lifetime: handle(reader), order: {end}}}, user_data: user}}
  on_text: {{params: {{handler: {{callback: {{lifetime: handle(reader), order: {text}}}}}}}}}
  on_mark: {{params: {{handler: {{callback: {{lifetime: handle(reader)}}}}}}}}
  each: {{params: {{first: {{callback: {{order: {first}}}}}, last: {{callback: {{}}}}}}}}
"""
KEPT = {"end": "{ends: start}", "text": "{within: start}", "first": "{before: last}"}


def contract(**orders):
    return CONTRACT.format_map(KEPT | orders)


def test_callbacks_are_found_beside_the_one_that_names_them_and_along_the_handle(joined):
    boundary = joined(HEADER, contract(text="{within: start, after: on_mark.handler}"))

    orders = boundary.callbacks.orders
    assert {name: [each.of for each in order.named] for name, order in orders.items()} == {
        "on_element.end": ["on_element.start"],
        "on_text.handler": ["on_mark.handler", "on_element.start"],
        "each.first": ["each.last"],
    }
    assert boundary.callbacks.enders("on_element.start") == ("on_element.end",)
    assert boundary.callbacks.is_ordered("on_mark.handler")
    assert boundary.handles["reader"].machine.transition("reader_reset").resets


def test_what_takes_each_others_place_begins_alike(joined):
    ends = "{ends: [start, on_mark.handler]}"

    names = joined(HEADER, contract(end=ends, text="{within: [start, on_mark.handler]}")).callbacks

    assert [each.of for each in names.orders["on_element.end"].ends] == [
        "on_element.start",
        "on_mark.handler",
    ]
    assert names.enders("on_mark.handler") == names.enders("on_element.start") == ("on_element.end",)


def test_those_that_are_given_with_one_user_data_have_an_order_of_their_own(joined):
    orders = joined(HEADER, contract()).callbacks.orders

    assert {name: (order.along, order.own) for name, order in orders.items()} == {
        "on_element.end": ("handle(reader)", True),
        "on_text.handler": ("handle(reader)", False),
        "each.first": ("call", False),
    }


def test_one_that_goes_into_what_is_made_with_it_has_an_order_there(joined, refused):
    more = "\nreader *reader_on(int kind, hearing *h);\ntypedef struct hearing hearing;\nhearing *hear(void);"
    header = (
        "typedef struct hearing hearing;"
        + HEADER
        + more
        + "\nvoid hush(hearing *h);\nvoid h_on(hearing *h, void (*told)(void));"
    )
    text = (
        contract()
        .replace("create: reader_new", "create: [reader_new, reader_on]")
        .replace("functions:", "  hearing: {create: hear, destroy: hush}\nfunctions:")
    )
    told = (
        "  h_on:\n    params:\n"
        "      told: {callback: {lifetime: handle(hearing), order: {before: told, along: handle(reader)}}}\n"
    )

    orders = joined(
        header, text + told + "  reader_on: {params: {h: {handle: hearing, into: result}}}\n"
    ).callbacks.orders
    assert orders["h_on.told"].along == "handle(reader)"
    (message,) = refused(header, text + told)
    assert message == "`h_on` neither takes nor makes a `reader`, so nobody sees whose order it is"


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        ({"end": "{ends: begin}"}, "callback `begin` is not in the callbacks of a `reader`"),
        ({"end": "{after: handler}"}, None),
        ({"end": "{ends: end}"}, "`end` cannot end itself"),
        ({"end": "{after: start}"}, "no callback ends what `start` begins"),
        ({"end": "{ends: start, same: nam}"}, "parameter `nam` is not in `on_element.end`"),
        ({"end": "{ends: start, same: user}"}, "`user` of `on_element.end` cannot be compared"),
        ({"end": "{ends: start, by: red}"}, "state `red` is not in `states` of `reader`"),
        (
            {"end": "{same: name}"},
            "needs `after`, `before`, `follows`, `within`, `outside`, `ends` or `first`",
        ),
        ({"first": "{before: lst}"}, "callback `lst` is not in the callbacks beside it"),
        ({"first": "{before: last, along: handle(reader)}"}, "`each` neither takes nor makes a `reader`"),
        ({"first": "{before: last, along: handle(writer)}"}, "handle `writer` is not in `handles`"),
        ({"first": "{first: newest}"}, "`first` is about what several calls have given"),
        ({"first": "{ends: last, by: read}"}, "`by` names states of a handle, and the order is along none"),
    ],
)
def test_an_order_that_means_nothing_is_refused(refused, orders, message):
    found = refused(HEADER, contract(**orders))

    wanted = message or "`handler` may be any of 2 callbacks: `on_text.handler`, `on_mark.handler`"
    assert any(wanted in each for each in found), found
