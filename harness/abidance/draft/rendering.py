"""A draft as the text of a contract: guesses marked with their evidence, gaps with a `TODO`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Draft, FunctionDraft, PlaceDraft, Value

_SCHEMA = "# yaml-language-server: $schema=contract.schema.json"


def render(draft: Draft) -> str:
    """Return the contract's text."""
    lines = [_SCHEMA, "abidance: 1", f"boundary: {draft.boundary}", f"header: {draft.header}"]
    if draft.libraries:
        lines += ["libraries:", *(f"  {name}: {flow(each)}" for name, each in draft.libraries.items())]
    lines += ["functions:" if draft.functions else "functions: {}"]
    for function in draft.functions:
        lines += ["", *render_function(function)]
    return "\n".join(lines) + "\n"


def render_function(function: FunctionDraft) -> list[str]:
    """Return the lines of one function, indented as in a contract."""
    lines = [f"  {function.name}:"]
    if function.params:
        lines += ["    params:", *(f"      {_place(place)}" for place in function.params)]
    if function.returns is not None and function.returns.guesses:
        lines.append(f"    {_place(function.returns)}")
    return lines


def flow(value: Value) -> str:
    """Return a value in YAML's flow style."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return value
        case tuple():
            return f"[{', '.join(map(flow, value))}]"
        case _:
            return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"


def _place(place: PlaceDraft) -> str:
    text = flow({guess.clause: guess.value for guess in place.guesses})
    said = "; ".join(_evidence(place))
    return f"{place.name}: {text}" + (f"  # {said}" if said else "")


def _evidence(place: PlaceDraft) -> Iterator[str]:
    texts = [guess.evidence.text for guess in place.guesses if guess.certainty is Certainty.GUESSED]
    if texts:
        yield f"guessed: {', '.join(dict.fromkeys(texts))}"
    for guess in place.gaps:
        yield f"TODO {guess.evidence.text}"
