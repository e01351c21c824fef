"""What `init` tells of a draft that it wrote: how much is sure, what was guessed, what is open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abidance.draft.model import Certainty
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.draft.model import Draft, FunctionDraft

_SHOWN = 3


def summary(draft: Draft, output: Path) -> str:
    """Return the lines that a terminal shows."""
    called = [each for each in draft.functions if each.left_out is None]
    buffers = sum(g.clause in ("length", "capacity") for each in called for g in each.every_guess())
    what = [count(len(called), "function"), count(len(draft.handles), "handle")]
    if buffers:
        what.append(f"{count(buffers, 'buffer')} with {'its length' if buffers == 1 else 'their lengths'}")
    return f"wrote {output}   {', '.join(what)}\n{details(draft, output)}"


def details(draft: Draft, output: Path) -> str:
    """Return the lines behind the first one."""
    called = [each for each in draft.functions if each.left_out is None]
    lines = [f"  {label + ':':<12}{text}" for label, text in _rows(draft, called)]
    lines += [f"  {each}" for each in draft.notes]
    lines += disagreements(draft)
    lines.append(_next(draft, called, output))
    return "".join(f"{line}\n" for line in lines)


def _rows(draft: Draft, called: list[FunctionDraft]) -> Iterator[tuple[str, str]]:
    kinds = Counter(map(_kind, called))
    if kinds["sure"]:
        yield (
            "sure",
            f"{count(kinds['sure'], 'function')}, by types, attributes and names of types alone",
        )
    if kinds["guessed"]:
        places = sum(g.certainty is Certainty.GUESSED for each in called for g in each.every_guess())
        yield (
            "guessed",
            f"{count(kinds['guessed'], 'function')}, each guess marked with its evidence ({places})",
        )
    if kinds["gap"]:
        text = "called with few values only, until a `TODO` is answered"
        yield "narrow", f"{count(kinds['gap'], 'function')}, {text}"
    unknown = [each for each in draft.functions if each.left_out is not None and not each.left_out.harm]
    if unknown:
        yield (
            "not called",
            f"{count(len(unknown), 'function')} with an open question, as comments: {_some(unknown)}",
        )
    harmful = [each for each in draft.functions if each.left_out is not None and each.left_out.harm]
    if harmful:
        yield "harmful", f"{count(len(harmful), 'function')}, never called: {_some(harmful)}"


def disagreements(draft: Draft) -> Iterator[str]:
    """Yield what was found that no guess explains, each with its call."""
    if draft.disagreements:
        yield "found, and explained by no guess: a defect each, or a condition that nobody wrote down"
    for each in draft.disagreements:
        yield f"  {each.message}"
        yield from (f"      {line}" for line in each.call)


def _kind(function: FunctionDraft) -> str:
    found = {each.certainty for each in function.every_guess()}
    if Certainty.GAP in found:
        return "gap"
    return "guessed" if Certainty.GUESSED in found else "sure"


def _some(functions: list[FunctionDraft]) -> str:
    shown = ", ".join(f"`{each.name}`" for each in functions[:_SHOWN])
    return shown + (", ..." if len(functions) > _SHOWN else "")


def _next(draft: Draft, called: list[FunctionDraft], output: Path) -> str:
    if not draft.libraries:
        return f"next: name the library in {output} (`libraries:`), then `abidance run {output}`"
    if not called:
        return f"next: answer a `TODO` in {output}; no function can be called before that"
    return f"next: `abidance run {output}`"
