"""Where calls spend their time: a flame graph for each profile, as a picture that can be read line by line too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import htpy as h

from abidance.pages.elements import Column, run_link, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.profiles import Profiled, ProfileFrame
    from abidance.evidence.model import FromRun, SubjectEvidence
    from abidance.pages.report.scene import Scene

_WIDTH, _ROW = 640, 18
_LEAST = 0.004
"""A frame with a smaller share of the time is not drawn; the list below has what is largest."""
_DEEPEST = 40
_LETTER = 6.4
_LISTED = 12


def flames(subject: SubjectEvidence, scene: Scene) -> h.Node:
    """Return the flame graphs of a function; None where no profile is kept of it."""
    mine = [each for each in scene.evidence.profiles if each.value.function == subject.name]
    if not mine:
        return None
    return [h.h4["Where the time goes"], (_flame(each) for each in mine)]


@dataclass(slots=True)
class _Node:
    """A frame below others: what was spent in it, and in it alone."""

    frame: ProfileFrame | None
    weight: int = 0
    own: int = 0
    below: dict[int, _Node] = field(default_factory=dict)


def _flame(profile: FromRun[Profiled]) -> h.Node:
    told = profile.value
    root = _tree(told)
    if not root.weight:
        return h.p(".doubt")[f"The profile of {told.library} has no sample of it."]
    deepest = min(_depth(root), _DEEPEST)
    name = f"{told.function} in {told.library}, {told.build}: {told.weight:,} {told.unit}, by {told.tool}"
    inputs = f", called with {told.inputs}" if told.inputs else ""
    return h.figure(".flame")[
        h.figcaption[name + inputs, ", ", run_link(profile.origin)],
        h.svg(
            ".drawn",
            role="img",
            aria_label=f"Flame graph of {name}",
            viewBox=f"0 0 {_WIDTH} {deepest * _ROW}",
        )[list(_boxes(root, 0.0, 0, root.weight))],
        _list(root, told),
    ]


def _tree(told: Profiled) -> _Node:
    root = _Node(None)
    for stack in told.stacks:
        root.weight += stack.weight
        here = root
        for number in stack.frames:
            here = here.below.setdefault(number, _Node(told.frames[number]))
            here.weight += stack.weight
        here.own += stack.weight
    return root


def _depth(node: _Node) -> int:
    return max((1 + _depth(each) for each in node.below.values()), default=0)


def _boxes(node: _Node, left: float, level: int, whole: int) -> Iterator[h.Node]:
    """Yield the boxes below a node, the callers above those that they call, the widest first."""
    at = left
    for each in sorted(node.below.values(), key=lambda child: -child.weight):
        share = each.weight / whole
        if share < _LEAST or level >= _DEEPEST or each.frame is None:
            continue
        width, top = share * _WIDTH, level * _ROW
        words = each.frame.words
        room = int((width - 4) / _LETTER)
        shown = words if len(words) <= room else f"{words[: room - 1]}\u2026" if room > 3 else ""
        yield h.g(class_=f"flame-{level % 4}")[
            h.title[f"{words}: {share:.1%}"],
            h.rect(x=f"{at:.1f}", y=str(top), width=f"{max(width - 0.5, 0.5):.1f}", height=str(_ROW - 1)),
            h.text_(x=f"{at + 3:.1f}", y=str(top + _ROW - 5))[shown] if shown else None,
        ]
        yield from _boxes(each, at, level + 1, whole)
        at += width


def _list(root: _Node, told: Profiled) -> h.Node:
    """Return the frames in which most was spent, for who does not see the picture, or wants figures."""
    own: dict[str, int] = {}
    for stack in told.stacks:
        if stack.frames:
            words = told.frames[stack.frames[-1]].words
            own[words] = own.get(words, 0) + stack.weight
    largest = sorted(own.items(), key=lambda each: (-each[1], each[0]))[:_LISTED]
    rows: list[list[h.Node]] = [[h.code[words], f"{weight / root.weight:.1%}"] for words, weight in largest]
    columns = [Column("in"), Column("share", number=True)]
    return h.details[h.summary["The same as a list"], table("Where most was spent", columns, rows)]
