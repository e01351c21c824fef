"""How long is explored, on which build, by which process, and what is kept of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from abidance.boundary.model.values import Case, Step
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from abidance.run.engine.items import list_items
from abidance.run.engine.parallel import _groups
from abidance.run.execution import handover
from abidance.run.execution.handover import Handed
from abidance.run.exploration.campaigns import explored_builds
from abidance.run.exploration.corpus import keep, stored_cases
from abidance.run.inputs.exploring import seconds_for
from abidance.run.inputs.settings import Settings

pytestmark = pytest.mark.unit


def contract(text="", function="", folder=None):
    return load_text(
        "abidance: 1\nboundary: b\nheader: b.h\nlibraries: {c: {path: x.so}}\n"
        f"{text}functions:\n  f: {{{function}}}\n",
        (folder or Path("/nowhere")) / "b.contract.yaml",
    )


@pytest.mark.parametrize(
    ("text", "function", "chosen", "seconds"),
    [
        ("", "", None, 2.0),
        ("explore: 5\n", "", None, 5.0),
        ("explore: 5\n", "explore: 0", None, 0.0),
        ("explore: {seconds: 5}\n", "explore: {seconds: 0.5}", None, 0.5),
        ("explore: 5\n", "explore: 1", 7.0, 7.0),
    ],
)
def test_the_command_line_comes_before_the_function_before_the_contract(
    monkeypatch, text, function, chosen, seconds
):
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    asked = contract(text, function)
    assert seconds_for(asked, asked.functions["f"], chosen) == seconds
    phases = {item.id.phase for item in list_items(asked, explore=chosen)}
    assert ("explore" in phases) == (seconds > 0)


def test_the_environment_says_what_nothing_else_does(monkeypatch):
    asked = contract()
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.25")
    assert seconds_for(asked, asked.functions["f"], None) == 0.25
    for wrong in ("soon", "-1", "nan", "inf"):
        monkeypatch.setenv("ABIDANCE_EXPLORE", wrong)
        with pytest.raises(UsageError, match="no number of seconds"):
            seconds_for(asked, asked.functions["f"], None)


def test_the_build_that_is_watched_most_closely_is_explored_and_then_what_ships():
    assert explored_builds(("release", "asan+ubsan")) == ("asan+ubsan", "release")
    assert explored_builds(("debug",)) == ("debug", "release")
    assert explored_builds(("tsan",)) == ("release",)
    assert explored_builds(("release", "tsan", "debug+asan")) == ("debug+asan", "release")


def test_items_that_share_a_search_are_judged_by_one_process(monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    asked = load_text(
        "abidance: 1\nboundary: b\nheader: b.h\nbuilds: [release, asan]\n"
        "libraries: {c: {command: [make], artifact: x.so}}\nfunctions: {f: {}, g: {}}\n",
        Path("/nowhere/b.contract.yaml"),
    )
    groups = [
        [(item.id.function, item.id.build) for item in group]
        for group in _groups(list_items(asked))
        if group[0].id.phase == "explore"
    ]
    assert groups == [[("f", "release"), ("f", "asan")], [("g", "release"), ("g", "asan")]]


def test_what_is_kept_comes_back_if_the_contract_still_has_it(tmp_path, monkeypatch):
    def encode(boundary, case):
        return [boundary.functions[each.function] for each in case.steps or [case]]

    monkeypatch.setattr(handover, "encode", encode)
    function = SimpleNamespace(members=(SimpleNamespace(name="x"),), rooms=(), refusal=lambda _: None)
    boundary = SimpleNamespace(functions={"f": function})
    context = SimpleNamespace(
        settings=Settings(tmp_path),
        place="b.contract.yaml",
        item=SimpleNamespace(function="f", library="c"),
        boundary=boundary,
    )
    one = Handed(Case("f", {"x": b"\x00\xff"}, flush=1, fill=0, shift=2))
    steps = Handed(Case("f", {}, steps=(Step("f", {"x": 1}), Step("f", {"x": 2.5}, rejects=""))))
    gone = Handed(Case("g", {"x": 1}))
    refused = Handed(Case("f", {"x": 1}), "a clause that is no more")
    keep(context, [one, steps, gone, refused])
    assert {each.key for each in stored_cases(context)} == {one.key, steps.key}
    keep(context, [one])
    assert [each.key for each in stored_cases(context)] == [one.key]
    for file in (tmp_path / ".abidance" / "corpus").glob("*/*"):
        file.write_bytes(b'{"version": 1}')
    assert stored_cases(context) == ()
    shutil.rmtree(tmp_path / ".abidance")
    context.settings = Settings(tmp_path, remembers=False)
    keep(context, [one])
    assert stored_cases(context) == ()
    assert not (tmp_path / ".abidance").exists()


def test_a_call_is_refused_by_a_clause_only_if_it_is_the_one_that_the_clause_means(monkeypatch):
    def about(given):
        reject = SimpleNamespace(given=given, expected={}, span=None, text="a clause", ensures=())
        function = SimpleNamespace(rooms=(), refusal=lambda text: reject if text == "a clause" else None)
        return SimpleNamespace(functions={"f": function})

    monkeypatch.setattr(handover, "encode", lambda *_: None)
    cases = [
        ({"text": b"ab\xff"}, {"text": b"ab\xff"}, True),
        ({"text": b"ab\xff"}, {"text": b"ab\x7f"}, False),
        ({"p": None}, {"p": b""}, False),
        ({"p": None, "n": 3}, {"p": None, "n": 3}, True),
        ({"record.size": 3}, {"record": {"size": 4}}, False),
        ({"record.size": 3}, {"record": None}, True),
    ]
    for given, arguments, meant in cases:
        boundary = about(given)
        assert handover.is_runnable(boundary, Handed(Case("f", arguments), "a clause")) is meant
        step = Step("f", arguments, rejects="a clause")
        assert handover.is_runnable(boundary, Handed(Case("h", {}, steps=(step,)))) is meant
    assert not handover.is_runnable(about({}), Handed(Case("f", {}), "another"))
