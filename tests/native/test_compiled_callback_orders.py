"""Callbacks that come in an order, in compiled contracts: the same sources, and the same rules, as `run` has."""

from __future__ import annotations

import pytest
from built_contract import of_family

VARIANTS = (
    "sound", "near", "depth", "name", "outside", "open", "again", "late", "twice", "value", "mark", "deep",
)  # fmt: skip
FOUND = {
    "depth": ("oc_parser", "oc_parse", "oc_on_text.handler:within"),
    "name": ("oc_parser", "oc_parse", "oc_on_element.end:same"),
    "outside": ("oc_parser", "oc_parse", "oc_on_text.handler:within"),
    "open": ("oc_parser", "oc_parse", "oc_on_element.end:by"),
    "again": ("oc_parser", "oc_tell", "oc_watch.told:before"),
    "mark": ("oc_parser", "oc_parse", "oc_on_mark.handler:outside"),
    "late": ("oc_message", "oc_message_feed", "oc_events.body:follows"),
    "twice": ("oc_message", "oc_message_feed", "oc_events.begin:outside"),
    "value": ("oc_message_feed", "oc_message_feed", "oc_events.value:after"),
    "deep": ("oc_walk", "oc_walk", "oc_walk.close:ends"),
}
"""By defect: what is explored, and where it is found."""


@pytest.fixture(scope="module")
def ordered(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("ordered_callbacks"), "ordered_callbacks", VARIANTS.index)


@pytest.mark.slow
@pytest.mark.parametrize(("library", "where"), FOUND.items())
def test_what_comes_out_of_order_is_found(library, where, ordered):
    entry, function, clause = where
    said = ordered.run(library, entry).stderr

    assert f"ABD348 {function} step" in said
    assert clause in said


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("entry", ["oc_parser", "oc_message", "oc_player", "oc_message_feed", "oc_walk"])
def test_what_comes_in_order_is_no_finding(entry, library, ordered):
    ended = ordered.run(library, entry, 60_000, 1)

    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
def test_only_what_is_reached_through_another_handle_is_left(ordered):
    left = {(each.subject, each.reason) for each in ordered.target.left}

    assert left == {
        ("oc_on_close", "the order along a `oc_player` that callbacks reach through another handle")
    }
