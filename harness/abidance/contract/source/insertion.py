"""Adds to a contract's text: a key to a mapping, an item to a list. Everything else stays, byte for byte.

The parser says where things end, and text goes in there. A library that writes the whole tree again would keep the
comments, but neither aligned values nor the spaces inside brackets (decision 51).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.source.compose import compose
from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode
from abidance.core.catalogue import NOT_YAML
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.contract.source.nodes import Node
    from abidance.core.span import Span

Plain = bool | int | float | str | None | list["Plain"] | dict[str, "Plain"]
"""What a node means."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as `compose` counts lines


@dataclass(frozen=True, slots=True)
class NewValue:
    """What is added: `flow` in one line, such as ``{in: bytes, length: n}``, and as a `block` where that may be.

    A block's lines are indented among themselves only, and may have comments; without one, `flow` is written.
    """

    flow: str
    block: tuple[str, ...] = ()


def add_entry(text: str, path: Path, at: Sequence[str], key: str, value: NewValue | str) -> str:
    """Return the text with `key: value` at the end of the mapping at `at`; mappings on the way are made.

    `path` is what messages name. Raises UsageError for what is no contract's YAML, where something else than a
    mapping is in the way, where the key is there already, and where the place cannot be written to, such as
    one that stands for an alias.
    """
    value = NewValue(value) if isinstance(value, str) else value
    root = _root(text, path)
    node, left = _walk(root, at)
    for name in reversed(left):
        value = NewValue(f"{{{key}: {value.flow}}}", _entry_lines(key, value))
        key = name
    if isinstance(node, ScalarNode) and node.value is None:
        parent, last = at[: len(at) - len(left) - 1], at[len(at) - len(left) - 1]
        holder, _ = _walk(root, parent)
        nested = NewValue(f"{{{key}: {value.flow}}}", _entry_lines(key, value))
        changed = _fill(text, node, _key_of(holder, last), nested)
    elif isinstance(node, MappingNode):
        if any(each.text == key for each, _ in node.entries):
            raise _refusal(f"`{key}` is there already", node.span)
        changed = _extend_mapping(text, node, key, value)
    else:
        raise _refusal("a mapping would have to be here", node.span)
    return _held_against(text, changed, path, (*at[: len(at) - len(left)], key))


def add_item(text: str, path: Path, at: Sequence[str], item: NewValue | str) -> str:
    """Return the text with an item at the end of the list at `at`, which is made where there is none.

    Raises what `add_entry` raises.
    """
    item = NewValue(item) if isinstance(item, str) else item
    root = _root(text, path)
    node, left = _walk(root, at)
    listed = NewValue(f"[{item.flow}]", _item_lines(item))
    if left:
        return add_entry(text, path, at[:-1], at[-1], listed)
    if isinstance(node, ScalarNode) and node.value is None:
        holder, _ = _walk(root, at[:-1])
        changed = _fill(text, node, _key_of(holder, at[-1]), listed)
    elif isinstance(node, ListNode):
        changed = _extend_list(text, node, item)
    else:
        raise _refusal("a list would have to be here", node.span)
    return _held_against(text, changed, path, at)


def add_comment(text: str, path: Path, at: Sequence[str], lines: Sequence[str]) -> str:
    """Return the text with lines of comment below the last entry of the mapping at `at`, indented as its keys.

    Raises UsageError where there is no such mapping with a line of its own for each entry.
    """
    node, left = _walk(_root(text, path), at)
    if left or not isinstance(node, MappingNode) or node.in_flow or not node.entries:
        raise _refusal("a mapping with a line for each entry would have to be here", node.span)
    comments = [f"# {line}".rstrip() for line in lines]
    changed = _after_line(text, _last_line(node), _indented(comments, node.entries[0][0].span.column))
    if meaning(compose(changed, path)) != meaning(compose(text, path)):
        raise _refusal("a comment cannot be added here", node.span)
    return changed


def difference(before: str, after: str, path: Path | str) -> str:
    """Return how two texts of one file differ, as ``diff -u`` shows it; empty where they do not."""
    name = str(path)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def meaning(node: Node | None) -> Plain:
    """Return what a node means, without where it stands."""
    match node:
        case MappingNode(entries):
            return {key.text: meaning(value) for key, value in entries}
        case ListNode(items):
            return [meaning(item) for item in items]
        case ScalarNode():
            return node.value
        case None:
            return None


def _root(text: str, path: Path) -> Node:
    root = compose(text, path)
    if root is None:
        raise UsageError(Diagnostic(NOT_YAML, f"`{path.name}` has nothing to add to"))
    return root


def _walk(node: Node, at: Sequence[str]) -> tuple[Node, Sequence[str]]:
    """Return the node at a path or the last one that there is on the way, and what of the path is left."""
    for depth, name in enumerate(at):
        if not isinstance(node, MappingNode):
            return node, at[depth:]
        found = next((value for key, value in node.entries if key.text == name), None)
        if found is None:
            return node, at[depth:]
        node = found
    return node, ()


def _key_of(node: Node, name: str) -> ScalarNode:
    assert isinstance(node, MappingNode)
    return next(key for key, _ in node.entries if key.text == name)


def _extend_mapping(text: str, node: MappingNode, key: str, value: NewValue) -> str:
    if node.in_flow or not node.entries:
        return _into_flow(text, node, [each for _, each in node.entries], f"{key}: {value.flow}")
    column = node.entries[0][0].span.column
    return _after_line(text, _last_line(node), _indented(_entry_lines(key, value), column))


def _extend_list(text: str, node: ListNode, item: NewValue) -> str:
    if node.in_flow or not node.items:
        return _into_flow(text, node, list(node.items), item.flow)
    return _after_line(text, _last_line(node), _indented(_item_lines(item), node.span.column))


def _into_flow(text: str, node: MappingNode | ListNode, inside: Sequence[Node], words: str) -> str:
    if inside:
        end = inside[-1].span
        place = _offset(text, end.end_line, end.end_column)
        return f"{text[:place]}, {words}{text[place:]}"
    place = _offset(text, node.span.line, node.span.column) + 1
    return f"{text[:place]}{words}{text[place:]}"


def _fill(text: str, node: ScalarNode, key: ScalarNode, value: NewValue) -> str:
    """Return the text with a value for a key that has none: in lines of its own, or beside it inside brackets."""
    if node.in_flow or node.text or key.span.line != node.span.line:
        begin = _offset(text, node.span.line, node.span.column)
        end = _offset(text, node.span.end_line, node.span.end_column)
        written = node.text and text[begin:end] == node.text
        return text[:begin] + value.flow + text[end:] if written else f"{text[:end]} {value.flow}{text[end:]}"
    if not value.block:
        end = _offset(text, node.span.end_line, node.span.end_column)
        return f"{text[:end]} {value.flow}{text[end:]}"
    return _after_line(text, node.span.end_line, _indented(value.block, key.span.column + 2))


def _entry_lines(key: str, value: NewValue) -> tuple[str, ...]:
    if not value.block:
        return (f"{key}: {value.flow}",)
    return (f"{key}:", *(f"  {line}" if line else "" for line in value.block))


def _item_lines(item: NewValue) -> tuple[str, ...]:
    if not item.block:
        return (f"- {item.flow}",)
    first, *rest = item.block
    return (f"- {first}", *(f"  {line}" if line else "" for line in rest))


def _indented(lines: Sequence[str], column: int) -> list[str]:
    return [" " * (column - 1) + line if line else "" for line in lines]


def _last_line(node: Node) -> int:
    match node:
        case MappingNode(entries) if entries and not node.in_flow:
            return max(entries[-1][0].span.end_line, _last_line(entries[-1][1]))
        case ListNode(items) if items and not node.in_flow:
            return _last_line(items[-1])
    return node.span.end_line


def _after_line(text: str, line: int, lines: Sequence[str]) -> str:
    """Return the text with lines after the one of that number, which ends in a break afterwards."""
    breaks = list(_BREAK.finditer(text))
    newline = breaks[0][0] if breaks else "\n"
    added = "".join(each + newline for each in lines)
    if line <= len(breaks):
        place = breaks[line - 1].end()
        return text[:place] + added + text[place:]
    return text + newline + added


def _offset(text: str, line: int, column: int) -> int:
    if line == 1:
        return column - 1
    breaks = [each.end() for each in _BREAK.finditer(text)]
    return breaks[line - 2] + column - 1


def _held_against(before: str, after: str, path: Path, at: Sequence[str]) -> str:
    """Return `after` if nothing but what is at `at` means something else than before; raises UsageError otherwise."""
    try:
        old, new = meaning(compose(before, path)), meaning(compose(after, path))
    except UsageError:
        new = None
    if new is None or not _extends(old, new, at):
        raise UsageError(
            Diagnostic(
                NOT_YAML,
                f"`{'.'.join(at)}` of `{path.name}` is not written so that something can be added to it",
                help="write it out, without aliases, and with each entry in a line of its own",
            )
        )
    return after


def _extends(old: Plain, new: Plain, at: Sequence[str]) -> bool:
    """Tell whether `new` is `old` but for what is at a path, where it has one entry or item more, or a value."""
    if not at:
        if isinstance(old, list) and isinstance(new, list):
            return new[:-1] == old
        return old is None and new is not None
    if not isinstance(new, dict) or not isinstance(old, dict | None):
        return False
    old = old or {}
    rest = {key: value for key, value in new.items() if key != at[0]}
    if at[0] not in new or rest != {key: value for key, value in old.items() if key != at[0]}:
        return False
    return at[0] not in old or _extends(old[at[0]], new[at[0]], at[1:])


def _refusal(message: str, span: Span) -> UsageError:
    return UsageError(Diagnostic(NOT_YAML, message, (Label(span),)))
