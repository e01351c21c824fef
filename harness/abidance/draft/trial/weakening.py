"""What becomes of a draft of a function that calls have spoken against: a clause less, or no call at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.checks.memory.heap_corrupted import HeapCorrupted
from abidance.checks.memory.length_past_capacity import LengthPastCapacity
from abidance.checks.memory.output_not_written import OutputNotWritten
from abidance.checks.memory.output_overwritten import OutputOverwritten
from abidance.checks.memory.uninitialised_read import UninitialisedRead
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.draft.model import (
    Certainty,
    Guess,
    GuessEvidence,
    LeftOut,
    Rank,
    gap,
)
from abidance.draft.rendering import flow
from abidance.draft.rules import RESULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.draft.model import FunctionDraft, PlaceDraft
    from abidance.draft.trial.objections import Objection

    Weakening = Callable[[FunctionDraft, Objection], FunctionDraft | None]

_OF_THE_LIBRARY = (SanitizerReport.id, HeapCorrupted.id)
"""What went wrong in memory or arithmetic of the library's own."""
_WHOLE = ("bytes", "array", "string")
_FIRM = (Rank.ATTRIBUTE, Rank.TYPE, Rank.COMMENT, Rank.MANUAL)
"""Evidence that is no guess: what compiler, header and manual page say themselves."""
_LONGEST, _CITED = 200, 2


def weakened(function: FunctionDraft, objection: Objection) -> FunctionDraft:
    """Return the draft of a function without what an objection speaks against: as little of it as is known to matter.

    What cannot be called without the clause in question is left out. Each weakening can be made once, so that in the
    end nothing is left to object to.
    """
    for weaken in _WEAKENINGS:
        found = weaken(function, objection)
        if found is not None:
            return found
    return left_out(function, objection)


def left_out(function: FunctionDraft, objection: Objection) -> FunctionDraft:
    """Return the draft of a function that is not called until somebody has answered for what it did."""
    question = _question(function, objection)
    return replace(
        function,
        left_out=LeftOut(GuessEvidence(Rank.OBSERVED, question), objection.harmful, objection.call),
    )


def is_guessed(function: FunctionDraft, objection: Objection) -> bool:
    """Tell whether what an objection is about was guessed; else it is a defect, or a condition nobody wrote down."""
    return objection.code not in _OF_THE_LIBRARY and bool(_doubtful(function, objection))


def _doubtful(function: FunctionDraft, objection: Objection) -> tuple[tuple[str, Guess], ...]:
    """Return the guesses that may be what is wrong, with their places: the least certain first."""
    if objection.rejected:
        places = [("", each) for each in function.guesses if each.clause == "rejects"]
    else:
        concerned = [p for p in function.places if p.name == objection.place] or list(function.params)
        places = [(place.name, guess) for place in concerned for guess in place.guesses]
    found = [
        (name, guess)
        for name, guess in places
        if guess.certainty is not Certainty.SURE and guess.evidence.rank not in _FIRM
    ]
    if objection.code == UninitialisedRead.id:
        # What was lent as input is written before each call: other memory is read, which is the library's.
        found = [(name, guess) for name, guess in found if guess.clause == "out"]
    return tuple(sorted(found, key=lambda each: -each[1].evidence.rank))


def _question(function: FunctionDraft, objection: Objection) -> str:
    message = objection.message
    cited = [
        f"`{guess.clause}: {flow(guess.value)}`{f' of `{name}`' if name else ''}"
        for name, guess in _doubtful(function, objection)
        if guess.value is not None
    ][:_CITED]
    if objection.harmful:
        return f"a call of it was about to change something outside of its process: {message}"
    if cited and is_guessed(function, objection):
        return f"which calls are valid: guessed {' and '.join(cited)}, but {message}"
    return f"a defect, or a condition that nobody wrote down: {message}"


def _shown(objection: Objection) -> str:
    """Return what happened in one line: the last line of the call has the answer."""
    call = " ".join(" ".join(objection.call).split())
    return f"{objection.message}: `{call}`" if call and len(call) <= _LONGEST else objection.message


def _allow(function: FunctionDraft, objection: Objection) -> FunctionDraft | None:
    """Let a function have a side effect that contracts can allow."""
    known = next((each for each in function.guesses if each.clause == "may"), None)
    words = known.value if known is not None and isinstance(known.value, tuple) else ()
    if not objection.may or objection.may in words:
        return None
    made = gap("may", (*words, objection.may), f"whether that is meant to be: {_shown(objection)}")
    return replace(function, guesses=(*(g for g in function.guesses if g is not known), made))


def _stop_rejecting(function: FunctionDraft, objection: Objection) -> FunctionDraft | None:
    known = next((each for each in function.guesses if each.clause == "rejects"), None)
    if not objection.rejected or known is None:
        return None
    made = gap("rejects", None, f"what is rejected: guessed `{flow(known.value)}`, but {_shown(objection)}")
    return replace(function, guesses=tuple(made if each is known else each for each in function.guesses))


def _promise_less(function: FunctionDraft, objection: Objection) -> FunctionDraft | None:
    """Take back what is said of a result; a handle that is missing may be missing."""
    place = function.returns
    if place is None or objection.place != RESULT:
        return None
    what = place.what
    if what is not None and what.clause in ("handle", "to") and "returned NULL" in objection.message:
        known = place.get("nullable")
        if known is not None and known.value is True:
            return None
        return function.with_place(_with(place, gap("nullable", True, f"when that is: {_shown(objection)}")))
    if what is not None and what.clause == "handle":
        return None
    promised = [each for each in place.guesses if each.value is not None]
    if not promised:
        return None
    said = ", ".join(f"{each.clause}: {flow(each.value)}" for each in promised)
    how = "guessed" if is_guessed(function, objection) else "it is said to be"
    made = gap(promised[0].clause, None, f"what comes back: {how} `{said}`, but {_shown(objection)}")
    return function.with_place(replace(place, guesses=(made,)))


def _expect_less(function: FunctionDraft, objection: Objection) -> FunctionDraft | None:
    """Take back that all of an output is written, or that it is not read before."""
    place = function.param(objection.place)
    what = place.what if place is not None else None
    if place is None or what is None or what.clause != "out":
        return None
    if objection.code == OutputOverwritten.id and place.get("on_failure") is None:
        return function.with_place(
            _with(
                place, gap("on_failure", "unspecified", f"what a failure leaves there: {_shown(objection)}")
            )
        )
    if objection.code not in (OutputNotWritten.id, UninitialisedRead.id, LengthPastCapacity.id):
        return None
    if what.value in _WHOLE:
        known = place.get("length")
        if known is not None and known.value == 0:
            return None
        said = f"guessed `length: {flow(known.value)}`, but " if known is not None else ""
        made = gap("length", 0, f"how much of it is written: {said}{_shown(objection)}")
        return function.with_place(_with(place, made))
    made = gap("inout", what.value, f"whether all of it is written: guessed `out`, but {_shown(objection)}")
    guesses = tuple(made if each is what else each for each in place.guesses if each.clause != "on_failure")
    return function.with_place(replace(place, guesses=guesses))


def _forbid_null(function: FunctionDraft, objection: Objection) -> FunctionDraft | None:
    """Give no NULL any more, where one was guessed to be valid and a call crashed."""
    if objection.code != Crashed.id or "null pointer" not in objection.message:
        return None
    changed, found = function, False
    for place in function.params:
        known = place.get("nullable")
        if known is None or known.value in (None, False) or place.what is None:
            continue
        found = True
        text = f"whether NULL is valid: guessed `nullable: {flow(known.value)}`, but {_shown(objection)}"
        changed = changed.with_place(_with(place, gap("nullable", False, text)))
    return changed if found else None


_WEAKENINGS: tuple[Weakening, ...] = (_allow, _stop_rejecting, _promise_less, _expect_less, _forbid_null)


def _with(place: PlaceDraft, guess: Guess) -> PlaceDraft:
    kept = (each for each in place.guesses if each.clause != guess.clause)
    return replace(place, guesses=(*kept, guess))


def handles_of(function: FunctionDraft) -> Iterator[str]:
    """Yield the handles that a function takes or returns."""
    for place in function.places:
        if place.what is not None and place.what.clause == "handle":
            yield str(place.what.value)
