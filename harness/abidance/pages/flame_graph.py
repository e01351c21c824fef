"""Flame graphs as SVG: callers above what they call, as wide as their share, in shares of the whole width.

They need no script to be read: each frame has its name, its share and its line as a title. Each is an `svg` of its own
inside of the graph, so that its text ends where the frame does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import htpy as h

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.core.profiles import Profiled, ProfileFrame

ROW = 19
"""Pixels from one row to the next."""
NARROWEST = 0.0005
"""What is narrower than this share of the whole is not drawn."""
CLEARLY = (0.02, 0.08, 0.2)
"""From these differences of share on, a frame has the first, second and third colour of differences."""


@dataclass(slots=True)
class FlameNode:
    """A frame with what it calls, in the order of their names; frames at other lines of one function are one."""

    name: str
    frame: ProfileFrame | None = None
    own: int = 0
    total: int = 0
    inner: dict[str, FlameNode] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Return how many rows it takes with what it calls."""
        return 1 + max((each.depth for each in self.inner.values()), default=0)


def flame_tree(profile: Profiled) -> FlameNode:
    """Return the function of a profile with all that it calls."""
    root = FlameNode(profile.function)
    for stack in profile.stacks:
        node = root
        for depth, number in enumerate(stack.frames):
            frame = profile.frames[number]
            if depth:
                node = node.inner.setdefault(frame.name, FlameNode(frame.name))
            node.frame = node.frame or frame
            node.total += stack.weight
            if frame.file:
                place = f"{frame.file.rpartition('/')[2]}:{frame.line}"
                node.lines[place] = node.lines.get(place, 0) + stack.weight
        node.own += stack.weight
    return root


def flame_graph(profile: Profiled, other: Profiled | None = None, *, still: bool = False) -> h.Element:
    """Return the graph of a profile; with another one, colours say where its share is larger or smaller than there.

    A `still` one is a picture: a page without a script cannot be walked through by frames.
    """
    root = flame_tree(profile)
    beside = _shares(flame_tree(other)) if other is not None else None
    words = f"Flame graph of {profile.function} in {profile.library}"
    if other is not None:
        words += f", coloured by the difference to {other.library}"
    return h.svg(
        ".flame",
        width="100%",
        height=str(root.depth * ROW + 2),
        role="img" if still else "tree",
        aria_label=words,
    )[list(_frames(root, max(root.total, 1), beside, 0, 0.0, (), still=still))]


def _frames(
    node: FlameNode,
    whole: int,
    beside: Mapping[tuple[str, ...], float] | None,
    depth: int,
    left: float,
    path: tuple[str, ...],
    *,
    still: bool,
) -> Iterator[h.Element]:
    share = node.total / whole
    if share < NARROWEST:
        return
    path = (*path, node.name)
    there = None if beside is None else beside.get(path, 0.0)
    words = _words(node, whole, there)
    yield h.svg(
        class_=f"f {_colour(node, share, there)}",
        x=f"{100 * left:.4f}%",
        y=str(depth * ROW),
        width=f"{100 * share:.4f}%",
        height=str(ROW - 1),
        **({} if still else _walked(depth, words)),
    )[
        h.title[words],
        h.rect(width="100%", height="100%", rx="2"),
        h.text(x="4", y="13.5")[node.name] if share > NARROWEST * 10 else None,
    ]
    for name in sorted(node.inner):
        inner = node.inner[name]
        yield from _frames(inner, whole, beside, depth + 1, left, path, still=still)
        left += inner.total / whole


def _walked(depth: int, words: str) -> dict[str, str]:
    """Return what a frame needs that is walked to by keyboard, and read out then."""
    tab = "0" if depth == 0 else "-1"
    return {"tabindex": tab, "role": "treeitem", "aria_level": str(depth + 1), "aria_label": words}


def _words(node: FlameNode, whole: int, there: float | None) -> str:
    words = f"{node.name}: {node.total / whole:.1%}, itself {node.own / whole:.1%}"
    if node.lines:
        words += f", {max(node.lines, key=lambda place: node.lines[place])}"
    elif node.frame is not None and node.frame.object:
        words += f", in {node.frame.object}"
    if there is not None:
        words += f"; {there:.1%} in the other" if there else "; not in the other"
    return words


def _colour(node: FlameNode, share: float, there: float | None) -> str:
    if there is None:
        return "own" if node.lines else "foreign"
    difference = share - there
    step = sum(abs(difference) >= each for each in CLEARLY)
    return f"{'more' if difference > 0 else 'less'}{step}" if step else "same"


def _shares(root: FlameNode) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    whole = max(root.total, 1)

    def walk(node: FlameNode, path: tuple[str, ...]) -> None:
        path = (*path, node.name)
        found[path] = node.total / whole
        for inner in node.inner.values():
            walk(inner, path)

    walk(root, ())
    return found
