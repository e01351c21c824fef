"""Drafts of single functions, added to the text of a contract that is being written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.source.compose import compose
from abidance.contract.source.files import read_text
from abidance.contract.source.insertion import NewValue, add_entry, meaning
from abidance.contract.source.nodes import MappingNode, ScalarNode
from abidance.draft.drafting import draft
from abidance.draft.rendering import flow, render_function, render_handle, render_type
from abidance.editor.analysis import question_of, source_of
from abidance.editor.positions import Document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from abidance.contract.source.insertion import Plain
    from abidance.contract.source.nodes import Node
    from abidance.draft.model import FunctionDraft, PlaceDraft, Value


def drafted(path: Path, opened: Mapping[Path, str], names: tuple[str, ...]) -> str | None:
    """Return the text of a contract with drafts of functions in it, or None where there is nothing to add.

    What the contract says already stays: of a function that it lists, only what is missing is added. Raises UsageError
    for a text or header that cannot be read.
    """
    text = before = opened[path] if path in opened else read_text(path)
    source = source_of(question_of(path, opened))
    if source is None:
        return None
    made = draft(source, functions=names)
    for function in made.functions:
        text = with_function(text, path, function)
    for handle in made.handles:
        text = _with_lines(text, path, ("handles",), handle.name, render_handle(handle))
    for type_ in made.types:
        text = _with_lines(text, path, ("types",), type_.name, render_type(type_))
    return None if text == before else text


def with_function(text: str, path: Path, function: FunctionDraft) -> str:
    """Return a contract's text with the draft of a function, as far as it does not have that yet."""
    at = ("functions", function.name)
    if _find(text, path, at) is None:
        question = [f"  # TODO {function.left_out.evidence.text}"] if function.left_out is not None else []
        name, *lines = render_function(replace(function, left_out=None))
        return _with_lines(text, path, at[:1], function.name, [name, *question, *lines])
    bare = replace(function, params=(), returns=None, guesses=(), left_out=None)
    for place in function.params:
        lines = render_function(replace(bare, params=(place,)))[2:]
        text = _with_place(text, path, (*at, "params"), place, lines)
    if function.returns is not None:
        lines = render_function(replace(bare, returns=function.returns))[1:]
        text = _with_place(text, path, at, function.returns, lines)
    return text


def _with_place(text: str, path: Path, at: tuple[str, ...], place: PlaceDraft, lines: Sequence[str]) -> str:
    """Return the text with what is drafted for a parameter or result, unless it says something of it already."""
    there = _find(text, path, (*at, place.name))
    if there is None:
        return _with_lines(text, path, at, place.name, lines)
    if _is_empty(there):
        for guess in place.guesses:
            if guess.value is not None:
                text = add_entry(text, path, (*at, place.name), guess.clause, flow(guess.value))
    return text


def _with_lines(text: str, path: Path, at: tuple[str, ...], key: str, lines: Sequence[str]) -> str:
    """Return the text with an entry given in lines, of which the first has the key; one that is there already stays."""
    if not lines or lines[0].lstrip().startswith("#") or _find(text, path, (*at, key)) is not None:
        return text
    first, *others = lines
    indent = len(first) - len(first.lstrip())
    value, note = _parted(first[first.index(":", indent + len(key)) + 1 :].strip())
    block = tuple(line[indent + 2 :] for line in others)
    if block:
        value = flow(_value(meaning(compose("\n".join(block), path)) or {}))
    text = add_entry(text, path, at, key, NewValue(value or "{}", block))
    return _noted(text, path, (*at, key), note) if note and not block else text


def _value(plain: Plain) -> Value:
    match plain:
        case list():
            return tuple(map(_value, plain))
        case dict():
            return {key: _value(each) for key, each in plain.items()}
    return plain


def _parted(text: str) -> tuple[str, str]:
    """Return a value in one line, and the comment behind it."""
    value, hash_, note = text.partition("  # ")
    return (value, f"  # {note}") if hash_ else ("", f"  {text}") if text.startswith("# ") else (value, "")


def _noted(text: str, path: Path, at: tuple[str, ...], note: str) -> str:
    """Return the text with a comment behind a value, where its line ends there."""
    node = _find(text, path, at)
    if node is None:
        return text
    _, end = Document(text).offsets_of(node.span)
    return f"{text[:end]}{note}{text[end:]}" if text[end : end + 1] in ("", "\n", "\r") else text


def _is_empty(node: Node) -> bool:
    match node:
        case ScalarNode():
            return node.value is None
        case MappingNode():
            return not node.entries
    return False


def _find(text: str, path: Path, keys: tuple[str, ...]) -> Node | None:
    node = compose(text, path)
    for key in keys:
        if not isinstance(node, MappingNode):
            return None
        node = next((value for name, value in node.entries if name.text == key), None)
    return node
