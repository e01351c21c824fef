"""One contract out of several files: what it builds on (`extends`) and what it shares (`include`).

Files are put together as nodes, before any is read by the tables, so every clause keeps its place in the file that
has it, and paths stay relative to that file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import table
from abidance.contract.model.contract import Contract
from abidance.contract.source.compose import compose
from abidance.contract.source.files import read_text
from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode, describe
from abidance.core.catalogue import UNKNOWN_KEY, UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.contract.source.nodes import Node

_HOW: dict[str, dict] = {  # type: ignore[type-arg]
    "libraries": {},
    "defines": {},
    "types": {"*": {"fields": {}}},
    "handles": {"*": {}},
    "functions": {"*": {"params": {}}},
    "laws": {},
}
"""Which mappings are merged key by key, and inside which of their keys that goes on; all else is replaced."""
_ONE_OF_TWO = frozenset(("prefix", "select"))
_SHARED = ("types", "handles")
_NAMED = ("types", "handles", "functions", "laws")
"""The mappings of which a contract may do without some that the one has which it extends."""


@dataclass(frozen=True, slots=True)
class Combined:
    """The whole tree of a contract, and the files that it was read from.

    `shared` are the types and handles that came by `include`, as (section, name).
    """

    root: MappingNode
    shared: frozenset[tuple[str, str]] = frozenset()
    files: tuple[Path, ...] = ()


def combine(path: Path, texts: Mapping[Path, str] | None = None) -> Combined:
    """Return a contract's tree with what it builds on; raises UsageError for files that cannot be put together.

    `texts` stand for what files hold that are not written yet.
    """
    combiner = _Combiner(texts or {})
    return replace(combiner.tree(path, None, ()), files=combiner.files)


def mapping(root: Node | None, path: Path) -> MappingNode:
    """Return the root of a contract; raises UsageError when it is none."""
    start = Span.at(path, 1)
    if root is None:
        hint = "it begins with `abidance: 1`, `boundary:`, `header:` and `functions:`"
        raise UsageError(Diagnostic(WRONG_VALUE, "the contract is empty", (Label(start),), help=hint))
    if not isinstance(root, MappingNode) or not root.entries:
        message = f"a contract is a mapping of clauses, not {describe(root)}"
        raise UsageError(
            Diagnostic(WRONG_VALUE, message, (Label(root.span),), help="begin with `abidance: 1`")
        )
    return root


@dataclass(slots=True)
class _Combiner:
    """Puts files together; each is read once."""

    _texts: Mapping[Path, str]
    _known: dict[Path, MappingNode] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that were read, in that order."""
        return tuple(self._known)

    def tree(self, path: Path, asked: Span | None, trail: tuple[Path, ...]) -> Combined:
        if path in trail:
            names = " -> ".join(f"`{each.name}`" for each in (*trail[trail.index(path) :], path))
            raise _refused(f"these contracts extend each other: {names}", asked)
        here = (*trail, path)
        own = self._read(path, asked)
        shared: frozenset[tuple[str, str]] = frozenset()
        base = next((node for key, node in own.entries if key.text == "extends"), None)
        if isinstance(base, ScalarNode) and base.text:
            built_on = self.tree(_path(base), base.span, here)
            own, shared = _merged(_without(built_on.root, own), own, _HOW), built_on.shared
        included = next(
            (node for key, node in self._read(path, asked).entries if key.text == "include"), None
        )
        for item in included.items if isinstance(included, ListNode) else ():
            if isinstance(item, ScalarNode) and item.text:
                given = self.tree(_path(item), item.span, here)
                _check_keys(given.root)
                own, taken = _shared(own, given.root)
                shared |= taken
        return Combined(own, shared)

    def _read(self, path: Path, asked: Span | None) -> MappingNode:
        if path not in self._known:
            try:
                text = self._texts[path] if path in self._texts else read_text(path)
            except UsageError as error:
                if asked is None:
                    raise
                told = (replace(d, labels=(Label(asked), *d.labels)) for d in error.diagnostics)
                raise UsageError(*told) from None
            self._known[path] = mapping(compose(text, path), path)
        return self._known[path]


def _path(node: ScalarNode) -> Path:
    return Path(os.path.normpath((node.span.path.parent / node.text).absolute()))


def _without(base: MappingNode, own: MappingNode) -> MappingNode:
    """Return `base` without what `own` says that it does not have; raises UsageError for what is not there."""
    asked = next((node for key, node in own.entries if key.text == "without"), None)
    items = asked.items if isinstance(asked, ListNode) else ()
    names = {each.text: each.span for each in items if isinstance(each, ScalarNode)}
    known = {name: key.span for section in _NAMED for name, (key, _) in _entries(base, section).items()}
    unknown = [
        Diagnostic(
            UNKNOWN_NAME,
            f"`{base.span.path.name}` has no type, handle, function or law `{name}`",
            (Label(span, did_you_mean(name, known)),),
        )
        for name, span in names.items()
        if name not in known
    ]
    if unknown:
        raise UsageError(*unknown)
    entries = [(key, _lacking(node, names) if key.text in _NAMED else node) for key, node in base.entries]
    return replace(base, entries=tuple(entries)) if names else base


def _lacking(node: Node, names: Collection[str]) -> Node:
    if not isinstance(node, MappingNode):
        return node
    return replace(node, entries=tuple(each for each in node.entries if each[0].text not in names))


def _merged(base: MappingNode, own: MappingNode, how: dict[str, dict]) -> MappingNode:  # type: ignore[type-arg]
    """Return `base` with the keys of `own` in their places, and its other keys behind."""
    said = {key.text: (key, node) for key, node in own.entries}
    left_out = {"extends", "include", "without"} if how is _HOW else set()
    if how is _HOW and said.keys() & _ONE_OF_TWO:
        left_out |= _ONE_OF_TWO
    entries = []
    for key, node in base.entries:
        if key.text in said:
            entries.append(_over(node, *said.pop(key.text), how.get(key.text, how.get("*"))))
        elif key.text not in left_out:
            entries.append((key, node))
    return replace(own, entries=(*entries, *said.values()))


def _over(
    base: Node,
    key: ScalarNode,
    own: Node,
    how: dict[str, dict] | None,  # type: ignore[type-arg]
) -> tuple[ScalarNode, Node]:
    if how is None or not isinstance(base, MappingNode):
        return key, own
    if isinstance(own, ScalarNode) and not own.text and not own.style:
        return key, base
    return key, _merged(base, own, how) if isinstance(own, MappingNode) else own


def _shared(own: MappingNode, given: MappingNode) -> tuple[MappingNode, frozenset[tuple[str, str]]]:
    """Return `own` with the types and handles of an included file, and what these are called."""
    names: set[tuple[str, str]] = set()
    for section in _SHARED:
        theirs = _entries(given, section)
        if not theirs:
            continue
        mine = _entries(own, section)
        for name, (key, _) in theirs.items():
            other = mine.get(name)
            if other is not None and other[0].span != key.span:
                labels = (Label(other[0].span), Label(key.span, "and here"))
                message = f"`{name}` is described in two files, and neither extends the other"
                hint = "describe it in one of them, or extend the other contract with `extends`"
                raise UsageError(Diagnostic(WRONG_VALUE, message, labels, help=hint))
            names.add((section, name))
        own = _with_section(own, given, section, {**theirs, **mine})
    return own, frozenset(names)


def _entries(root: MappingNode, section: str) -> dict[str, tuple[ScalarNode, Node]]:
    found = next((node for key, node in root.entries if key.text == section), None)
    return {key.text: (key, node) for key, node in found.entries} if isinstance(found, MappingNode) else {}


def _with_section(
    own: MappingNode, given: MappingNode, section: str, entries: dict[str, tuple[ScalarNode, Node]]
) -> MappingNode:
    def with_section() -> Iterator[tuple[ScalarNode, Node]]:
        there = False
        for key, node in own.entries:
            if key.text != section:
                yield key, node
            elif isinstance(node, MappingNode):
                there = True
                yield key, replace(node, entries=tuple(entries.values()))
        if not there:
            key, node = next(each for each in given.entries if each[0].text == section)
            assert isinstance(node, MappingNode)
            yield key, replace(node, entries=tuple(entries.values()))

    return replace(own, entries=tuple(with_section()))


def _check_keys(root: MappingNode) -> None:
    """Refuse keys that no contract has; of those that it has, only what is shared is looked at."""
    known = table(Contract)
    for key, _ in root.entries:
        if key.text not in known:
            labels = (Label(key.span, did_you_mean(key.text, known)),)
            raise UsageError(Diagnostic(UNKNOWN_KEY, f"unknown key `{key.text}` in the contract", labels))


def _refused(message: str, asked: Span | None) -> UsageError:
    return UsageError(Diagnostic(WRONG_VALUE, message, (Label(asked),) if asked else ()))
