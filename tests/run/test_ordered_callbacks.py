"""Callbacks that come in an order: in one call, and in several on a handle."""

from __future__ import annotations

import pytest

from tiers import first

IN_LAWS = {
    "depth": ("it_begins_anew", "called `end` of `oc_on_element` with no `start` to end"),
    "name": ("it_goes_on", "with 97 as `name`, to end a `start` that had 98"),
    "outside": ("it_goes_on", "called `handler` of `oc_on_text` outside of a `start`: there was none before"),
    "open": ("it_is_done", "left a `oc_parser` in the state `done` with a `start` that no `end` has ended"),
    "deep": (
        "what_it_is_made_with_has_an_order_in_each",
        "called `close` of `oc_on_close` with no `open` to end",
    ),
    "again": ("it_is_let_go", "called `told` of `oc_watch` after `gone`"),
}
IN_SEQUENCES = {
    "deep": ("oc_player", "called `close` of `oc_on_close` with no `open` to end"),
    "mark": ("oc_parser", "while a `oc_on_element.start` was not ended"),
    "twice": ("oc_message", "while a `begin` was not ended"),
}
IN_ONE_CALL = {
    "late": ("oc_message_feed", ", not after `head` or `body`"),
    "value": ("oc_message_feed", "before any `field` since `begin`"),
    "deep": ("oc_walk", "with no `open` to end"),
}


def cases(of):
    return [(library, item, said) for library, (item, said) in of.items()]


@pytest.mark.slow
@pytest.mark.parametrize(("library", "item", "said"), cases(IN_LAWS))
def test_what_comes_out_of_order_in_several_calls_is_found(library, item, said, judge):
    found, _ = judge("ordered_callbacks", item, library, seed=1, phases=("laws",))

    assert [(each.diagnostic.code.id, said in each.diagnostic.message) for each in found] == [
        ("ABD348", True)
    ], found


@pytest.mark.full
@pytest.mark.parametrize(("library", "item", "said"), cases(IN_SEQUENCES))
def test_what_comes_out_of_order_in_a_sequence_is_found(library, item, said, judge):
    found, _ = judge("ordered_callbacks", item, library, seed=1, phases=("lifecycle",), examples=200)

    assert {each.diagnostic.code.id for each in found} == {"ABD348"}
    assert any(said in each.diagnostic.message for each in found)


@pytest.mark.slow
@pytest.mark.parametrize(("library", "item", "said"), first(cases(IN_ONE_CALL)))
def test_what_comes_out_of_order_in_one_call_is_found(library, item, said, judge):
    found, reasons = judge("ordered_callbacks", item, library, seed=1, phases=("properties",))

    assert {each.diagnostic.code.id for each in found} == {"ABD348"}
    assert any(each.diagnostic.message.endswith(said) for each in found)
    assert reasons == []


@pytest.mark.parametrize(
    "item",
    [
        "what_is_called_may_be_forgotten",
        "one_is_kept_and_another_forgotten",
        "it_begins_anew",
        "it_goes_on",
        "it_is_done",
        "it_is_let_go",
        "another_takes_its_place",
        "what_it_is_made_with_has_an_order_in_each",
        "what_comes_later_is_not_in_it",
    ],
)
def test_what_comes_in_order_in_a_law_is_no_finding(item, judge):
    assert judge("ordered_callbacks", item, "near", seed=2, phases=("laws",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize(
    "item", ["oc_parser", "oc_message", "oc_player", "oc_parse", "oc_message_feed", "oc_walk", "oc_play"]
)
def test_what_comes_in_order_is_no_finding(item, library, judge):
    assert judge("ordered_callbacks", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize(
    ("library", "codes"), [("depth", {"ABD348"}), ("again", {"ABD348"}), ("near", set())]
)
def test_exploring_judges_it_alike(library, codes, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("ordered_callbacks", "oc_parser", library, seed=1, phases=("explore",))

    assert {each.diagnostic.code.id for each in found} == codes
    assert reasons == []
