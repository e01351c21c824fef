"""Which causes are findings although they do not come back."""

from __future__ import annotations

from types import SimpleNamespace as Some

import pytest

from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.run.findings import confirm as confirming
from abidance.run.findings.confirm import confirm, together
from abidance.run.findings.fresh_process import NEVER, FreshProcessResult

pytestmark = pytest.mark.unit


class ShownError(Exception):
    """The finding is being written: it was not dropped."""


class Trial:
    """A run of the case, at which nobody looks before the finding is written."""

    other = again = with_observation = None

    @property
    def observation(self):
        raise ShownError


class Fading:
    """A runner in which a cause shows so many times, and then not again."""

    def __init__(self, cause, times):
        self.left = times
        self.executor = Some(unasked={})
        self.judge = Some(
            causes=lambda _trial: {cause} if self._shows() else set(), shown=self._shown, findings=list
        )

    def again(self, _case, _expectation):
        return Trial()

    def _shows(self):
        self.left -= 1
        return self.left >= 0

    def _shown(self, _trial, _cause):
        raise ShownError


def ask(code, times, unasked=None, cause=("cause", "f"), phase="threads"):
    diagnostic = Some(cause=cause, code=Code(code, "uninitialised-read"), place="f:result", notes=())
    bug = Some(diagnostic=diagnostic, case=Some(steps=()), expectation=None)
    runner = Fading(cause, times)
    found = confirm(bug, runner, Some(item=Some(phase=phase, sides=())))
    if unasked is not None:
        unasked += runner.executor.unasked
    return found


@pytest.mark.parametrize("code", ["ABD327", "ABD352", "ABD375", "ABD390", "ABD391"])
def test_what_only_a_comparison_showed_is_not_judged_if_it_never_comes_back(code):
    unasked = []
    assert ask(code, 0, unasked) is None
    assert unasked == [
        "uninitialised read of `f`: `result` differed once and never again, so it depends on something else as well"
    ]


@pytest.mark.parametrize(
    ("times", "words"), [(5, "each time in one process and never in a new one"), (0, "once")]
)
def test_what_only_a_comparison_showed_is_not_judged_if_a_new_process_does_not_show_it(
    times, words, monkeypatch
):
    monkeypatch.setattr(confirming, "anew", lambda *_, **__: FreshProcessResult(NEVER))
    unasked = []

    assert ask("ABD327", times, unasked, phase="laws") is None
    assert f"`result` differed {words}" in unasked[0]
    with pytest.raises(ShownError):
        ask("ABD321", times, phase="laws")


def test_a_call_that_took_too_long_once_is_judged_by_those_that_did_not():
    unasked = []
    assert ask("ABD302", 0, unasked) is None
    assert unasked == []


def test_one_of_two_libraries_that_was_late_once_differs_no_more():
    assert ask("ABD331", 0, cause=("ABD302", "f")) is None


def test_a_difference_of_answers_is_kept_if_it_never_comes_back():
    with pytest.raises(ShownError):
        ask("ABD331", 0, cause=("ABD331", "f:result"))


def test_it_is_kept_if_it_comes_back_once():
    with pytest.raises(ShownError):
        ask("ABD327", 1)


def test_what_a_call_showed_by_itself_is_kept_if_it_never_comes_back():
    with pytest.raises(ShownError):
        ask("ABD321", 0)


def finding(function, call, back, code="ABD301"):
    shown = Diagnostic(Code(code, "crashed"), f"`{function}` crashed", (), place=f"{function}:{call}")
    return Finding(shown, function, "lifecycle", "c", ("release",), call=call, repeats=(back, 5))


def test_what_never_came_back_says_nothing_beside_what_does():
    """Memory that was written past its end crashes here or there."""
    sure, unsure = finding("store", "store(9)", 5), finding("store", "store(1); store(7)", 0)

    assert together((unsure, sure)) == together((sure, unsure)) == (sure,)


@pytest.mark.parametrize(
    "other",
    [
        finding("load", "load(9)", 5),
        finding("store", "store(9)", 5, code="ABD311"),
        finding("store", "store(9)", 0),
    ],
)
def test_what_never_came_back_is_told_where_nothing_surer_is_known(other):
    unsure = finding("store", "store(1); store(7)", 0)

    assert together((unsure, other)) == (unsure, other)


def test_two_that_come_back_are_two():
    both = finding("store", "store(1)", 5), finding("store", "store(9)", 1)

    assert together(both) == both
