"""Drafts of single functions, added to the text of a contract that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.source.compose import compose
from abidance.contract.source.files import read_text
from abidance.contract.source.insertion import NewValue, add_entry
from abidance.contract.source.nodes import MappingNode
from abidance.draft.drafting import draft
from abidance.draft.rendering import flow, render_function
from abidance.editor.analysis import question_of, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.contract.source.nodes import Node
    from abidance.draft.model import FunctionDraft, PlaceDraft


def drafted(path: Path, opened: Mapping[Path, str], names: tuple[str, ...]) -> str | None:
    """Return the text of a contract with drafts of functions in it, or None where there is nothing to add.

    What the contract says already stays: of a function that it lists, only what is missing is added. Raises UsageError
    for a text or header that cannot be read.
    """
    text = opened[path] if path in opened else read_text(path)
    source = source_of(question_of(path, opened))
    if source is None:
        return None
    before = text
    made = draft(source, functions=names)
    for function in made.functions:
        text = with_function(text, path, function)
    for handle in made.handles:
        if _at(compose(text, path), ("handles", handle.name)) is None:
            value = flow({each.clause: each.value for each in handle.guesses})
            text = add_entry(text, path, ("handles",), handle.name, value)
    return None if text == before else text


def with_function(text: str, path: Path, function: FunctionDraft) -> str:
    """Return a contract's text with the draft of a function, as far as it does not have that yet."""
    root = compose(text, path)
    if _at(root, ("functions", function.name)) is None:
        lines = _undented(render_function(function)[1:])
        return add_entry(text, path, ("functions",), function.name, NewValue("{}", lines))
    for place in function.params:
        if place.guesses and _at(root, ("functions", function.name, "params", place.name)) is None:
            text = add_entry(text, path, ("functions", function.name, "params"), place.name, _value(place))
    returns = function.returns
    if returns is not None and returns.guesses and _at(root, ("functions", function.name, "returns")) is None:
        text = add_entry(text, path, ("functions", function.name), "returns", _value(returns))
    return text


def _value(place: PlaceDraft) -> str:
    return flow({each.clause: each.value for each in place.guesses})


def _undented(lines: list[str]) -> tuple[str, ...]:
    least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return tuple(line[least:] for line in lines)


def _at(root: Node | None, keys: tuple[str, ...]) -> Node | None:
    node = root
    for key in keys:
        if not isinstance(node, MappingNode):
            return None
        node = next((value for name, value in node.entries if name.text == key), None)
    return node
