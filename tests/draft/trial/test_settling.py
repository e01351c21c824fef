"""A draft is tried until nothing is found any more, with trials that are played here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from abidance.contract.load import load_text
from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.draft.rendering import render
from abidance.draft.summary import disagreements
from abidance.draft.trial import settling
from abidance.draft.trial.settling import Settling
from abidance.draft.trial.trying import Trial

pytestmark = pytest.mark.unit

PATH = Path("/p/draft.contract.yaml")
HEADER = "long sum(const int *values, size_t count);\nint plain(void);\n"


@pytest.fixture
def settled(drafted, monkeypatch):
    """Return a function that settles a draft against trials, each a function of the contract, and tells of them."""
    draft = drafted(HEADER).draft

    def settle(*trials):
        asked, waiting = [], list(trials)

        def play(tried, path, names, seed, deadline, told):
            asked.append((sorted(names), seed))
            contract = load_text(render(tried), path)
            return (waiting.pop(0) if waiting else silent)(contract)

        monkeypatch.setattr(settling, "try_draft", play)
        functions = {each.name: each for each in draft.functions}
        made = Settling(
            functions,
            lambda those: replace(draft, functions=tuple(those.values())),
            PATH,
            lambda _: None,
        )
        return made.settled(None), asked

    return settle


def silent(contract):
    return Trial(contract, calls=10)


def finding(function, where):
    told = Diagnostic(
        Code("ABD312", "out-of-bounds-read"), f"`{function}` read past the end", (Label(where),)
    )
    return Finding(told, function, "properties", "c", ("prebuilt",), f"{function}();")


def past_the_end(contract):
    return Trial(contract, (finding("sum", contract.functions["sum"].params["values"].span),), calls=10)


def crashed(contract):
    return Trial(contract, (finding("plain", contract.functions["plain"].span),), calls=10)


def test_a_silent_draft_is_tried_once(settled):
    draft, asked = settled(silent)
    assert asked == [([], 1)]
    assert [each.name for each in draft.functions if each.left_out is None] == ["sum", "plain"]
    assert draft.notes[-1] == "Tried as `abidance run` does, in 10 calls."


def test_what_was_objected_to_gives_way_and_all_is_tried_again(settled):
    draft, asked = settled(past_the_end)
    assert [each.name for each in draft.functions if each.left_out is None] == ["plain"]
    assert asked == [([], 1), ([], 1)]
    assert draft.notes[-1] == "What calls of the contract have shown is asked at `sum`."
    assert draft.disagreements == ()


def test_what_no_guess_explains_is_told(settled):
    draft, _ = settled(crashed)
    (told,) = draft.disagreements
    assert (told.function, told.call) == ("plain", ("plain();",))
    assert [*disagreements(draft)][1:] == ["  `plain` read past the end", "      plain();"]


def test_what_is_still_called_is_tried_first_and_then_all_of_it_from_another_seed(settled):
    def printed(contract):
        found = finding("plain", contract.functions["plain"].span)
        told = replace(found.diagnostic, help="if that is meant, say `may: [output]`")
        return Trial(contract, (replace(found, diagnostic=told),), calls=10)

    draft, asked = settled(printed)
    assert asked == [([], 1), (["plain"], 1), ([], 2)]
    assert "may: [output]" in render(draft)
    assert draft.disagreements == ()


def test_an_interrupted_trial_leaves_the_draft_as_far_as_it_came(settled):
    def interrupted(contract):
        raise KeyboardInterrupt

    draft, _ = settled(past_the_end, interrupted)
    assert [each.name for each in draft.functions if each.left_out is None] == ["plain"]
    assert "The trial was interrupted: more may be wrong." in draft.notes


def test_a_library_that_cannot_be_loaded_is_told_and_nothing_blamed(settled):
    def stopped(contract):
        return Trial(
            contract,
            unjudged=(("sum", Diagnostic(Code("ABD009", "library-unloadable"), "not loaded")),),
            stopped="`libc.so` cannot be loaded",
        )

    draft, _ = settled(stopped)
    assert draft.notes[-1] == "Not tried: `libc.so` cannot be loaded."
    assert all(each.left_out is None for each in draft.functions)


def test_what_the_time_did_not_allow_is_told(settled):
    def late(contract):
        return Trial(contract, unreached=frozenset(("sum",)), calls=10)

    draft, _ = settled(late)
    assert draft.notes[-1] == "Not tried, because the time was up: `sum`."
