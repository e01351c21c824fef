"""A picture of a boundary: functions in order of rank, the handles and memory that bind them, and who calls whom.

The library is at the right of a dashed line and whoever calls it at the left, so that memory that changes hands crosses
it. Places are those of a table, a row for a function; nothing has to be searched for, and a map of the same evidence
looks the same each time. Colours are those of the page, and nothing is said by a colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from abidance.migration.model import KEPT, LENT, TO_CALLER, TO_LIBRARY, BondKind, Need
from abidance.pages.frame import legible
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.migration.model import BoundaryMap, MoveUnit, PointerTransfer, RankedUnit, WeighedFunction

_ROW, _HEAD, _GAP = 26, 24, 14
_CHAR = 7.3
"""The width of a character of the type that names are set in."""
_LONGEST = 34
_ROWS = 44
"""So many rows have one picture, which fits on a printed page; more are continued in another one."""
_LABELS = 3
"""So many pointers are shown of one function."""
_MARKS = {Need.CHANGE: "!", Need.UNKNOWN: "?", Need.INSULATION: "\u2713"}
_WAYS = {TO_LIBRARY: "library frees", TO_CALLER: "caller frees", KEPT: "kept", LENT: "library's own"}


@dataclass(slots=True)
class _Node:
    """What binds functions: its name, kind and the functions, by how they use it."""

    name: str
    kind: str
    edges: list[tuple[str, str]] = field(default_factory=list)


def pictures(found: BoundaryMap, key: str = "", *, rows: int = _ROWS) -> list[h.Node]:
    """Return the picture as figures, each of at most so many rows or one unit; `key` tells several of a page apart."""
    parts = _parts(found.units, rows)
    return [_Picture(found, part, (number, len(parts)), key).figure() for number, part in enumerate(parts, 1)]


def picture_file(found: BoundaryMap) -> str:
    """Return all of it as one SVG file of its own."""
    style = resources.files("abidance.migration").joinpath("map.css").read_text(encoding="utf-8")
    return _Picture(found, found.units, (1, 1)).standalone(style)


def _parts(units: Sequence[RankedUnit], rows: int) -> list[tuple[RankedUnit, ...]]:
    parts: list[list[RankedUnit]] = []
    used = rows
    for each in units:
        size = sum(_lines(function) for function in each.unit.functions) + 1
        if used + size > rows:
            parts.append([])
            used = 0
        parts[-1].append(each)
        used += size
    return [tuple(each) for each in parts]


def _lines(function: WeighedFunction) -> int:
    return max(1, len(_labels(function)))


def _labels(function: WeighedFunction) -> list[tuple[PointerTransfer | None, str]]:
    told: list[tuple[PointerTransfer | None, str]] = []
    for each in function.transfers[:_LABELS]:
        back = "called back later" if each.crossing.kind == "callback" else _WAYS[each.way]
        told.append((each, f"{_clipped(each.crossing.place)}: {back}"))
    during = [
        each for each in function.crossings if each.kind == "callback" and each.lifetime in ("", "call")
    ]
    told += [(None, f"{_clipped(each.place)}: called back") for each in during[: _LABELS - len(told)]]
    left = len(function.transfers) + len(during) - len(told)
    if left > 0:
        told.append((None, f"and {count(left, 'more pointer')}"))
    return told


class _Picture:
    """One figure: `place` is its number, and of how many."""

    def __init__(
        self, found: BoundaryMap, units: Sequence[RankedUnit], place: tuple[int, int], key: str = ""
    ) -> None:
        self._map = found
        self._units = units
        self._number, self._of = place
        self._key = f"{key}-{self._number}" if key else f"{self._number}"
        functions = [function for each in units for function in each.unit.functions]
        labels = [words for function in functions for _, words in _labels(function)]
        self._left = 20 + max((len(words) * 6.6 for words in labels), default=40)
        self._line = self._left + 30
        self._calls = [(function.name, callee) for function in functions for callee in function.calls or ()]
        self._box = self._line + (64 if self._calls else 24)
        self._box_width = 36 + _CHAR * max((len(_clipped(each.name)) for each in functions), default=8)
        self._nodes = self._box + self._box_width + 110
        names = [node.name for each in units for node in _nodes(each.unit)]
        heads = [_head(each) for each in units]
        self._width = 24 + max(
            self._nodes + max((20 + _CHAR * len(_clipped(each)) for each in names), default=0),
            self._box + max((10 + _CHAR * len(each) for each in heads), default=0),
        )
        self._places: dict[str, float] = {}

    def figure(self) -> h.Node:
        """Return the picture under its caption."""
        part = f", {self._number} of {self._of}" if self._of > 1 else ""
        title = f"Who calls what in {self._map.boundary}, and what is shared{part}"
        return h.figure(".boundary")[
            h.div(".scroll", role="region", aria_label=title, tabindex="0")[self._svg(title)],
            h.figcaption[_legend(self._map)] if self._number == 1 else None,
        ]

    def standalone(self, style: str) -> str:
        """Return the picture as a file."""
        return (
            legible(str(self._svg(f"Who calls what in {self._map.boundary}, and what is shared", style)))
            + "\n"
        )

    def _svg(self, title: str, style: str = "") -> h.Element:
        body, height = self._body()
        width = self._width
        marks = [self._marker("use"), self._marker("call"), self._marker("way")]
        return h.svg(
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width:.0f} {height:.0f}",
            width=f"{width:.0f}",
            class_="boundary" if style else None,
            role="img",
            aria_label=title,
        )[
            h.style[Markup(style)] if style else None,  # noqa: S704 - our own file
            h.Element("defs")[marks],
            h.line(".edge-of-library", x1=_n(self._line), y1="22", x2=_n(self._line), y2=_n(height - 6)),
            h.text(".side", x=_n(self._line - 8), y="14", text_anchor="end")["callers"],
            h.text(".side", x=_n(self._line + 8), y="14")[f"library {_clipped(self._map.today)}".strip()],
            body,
        ]

    def _marker(self, kind: str) -> h.Node:
        return h.Element("marker")(
            id=f"{kind}-{self._key}",
            viewBox="0 0 8 8",
            refX="7",
            refY="4",
            markerWidth="7",
            markerHeight="7",
            orient="auto-start-reverse",
        )[h.path(f".{kind}-head", d="M0 0L8 4L0 8z")]

    def _body(self) -> tuple[list[h.Node], float]:
        """Return all shapes, frames first, and how high the picture is."""
        y = 30.0
        frames: list[h.Node] = []
        boxes: list[h.Node] = []
        for ranked in self._units:
            top = y
            y += _HEAD
            for function in ranked.unit.functions:
                lines = _lines(function)
                self._places[function.name] = y + lines * _ROW / 2
                boxes += self._function(function, y + lines * _ROW / 2)
                y += lines * _ROW
            boxes += self._bound(_nodes(ranked.unit), top + _HEAD, y)
            frames.append(self._frame(ranked, top, y))
            y += _GAP
        return [*frames, *self._arcs(), *boxes], y

    def _frame(self, ranked: RankedUnit, top: float, bottom: float) -> h.Node:
        x = self._line + 4
        return h.g[
            h.rect(
                ".unit",
                x=_n(x),
                y=_n(top),
                width=_n(self._width - x - 4),
                height=_n(bottom - top + 4),
                rx="6",
            ),
            h.text(".unit-name", x=_n(self._box), y=_n(top + 16))[_head(ranked)],
        ]

    def _function(self, function: WeighedFunction, y: float) -> Iterator[h.Node]:
        name = _clipped(function.name)
        labels = _labels(function)
        first = y - (len(labels) - 1) * _ROW / 2
        for index, (transfer, words) in enumerate(labels):
            at = first + index * _ROW
            yield h.text(".pointer", x=_n(self._left + 4), y=_n(at + 4), text_anchor="end")[words]
            if words.startswith("and "):
                continue
            way = f"url(#way-{self._key})"
            called = transfer is None or transfer.crossing.kind == "callback"
            inward = transfer is not None and not called and transfer.way in (TO_LIBRARY, KEPT)
            yield h.line(
                ".way",
                x1=_n(self._left + 8),
                y1=_n(at),
                x2=_n(self._box - 2),
                y2=_n(y),
                marker_end=way if inward else None,
                marker_start=None if inward else way,
            )
        yield h.g[
            h.title[f"{function.name}: {function.need.value}"],
            h.rect(
                class_=f"function {function.need.value}",
                x=_n(self._box),
                y=_n(y - 10),
                width=_n(self._box_width),
                height="20",
                rx="3",
            ),
            h.text(".mark", x=_n(self._box + 9), y=_n(y + 4))[_MARKS[function.need]],
            h.text(".name", x=_n(self._box + 24), y=_n(y + 4))[name],
        ]

    def _bound(self, nodes: list[_Node], top: float, bottom: float) -> Iterator[h.Node]:
        """Yield what binds a unit's functions, spread beside them, with a line from each function."""
        step = (bottom - top) / max(len(nodes), 1)
        right = self._box + self._box_width
        for index, node in enumerate(nodes):
            y = top + step * (index + 0.5)
            width = 20 + _CHAR * len(_clipped(node.name))
            for function, use in node.edges:
                start = self._places[function]
                arrow = f"url(#use-{self._key})"
                yield h.path(
                    class_=f"use {use}",
                    d=_curve((right, start), (right + 50, start), (self._nodes - 50, y), (self._nodes, y)),
                    marker_end=arrow if use != "uses" else None,
                )
            yield h.g[
                h.title[f"{node.kind} {node.name}"],
                h.rect(
                    class_=f"bond {node.kind}",
                    x=_n(self._nodes),
                    y=_n(y - 11),
                    width=_n(width),
                    height="22",
                    rx="11",
                ),
                h.text(".name", x=_n(self._nodes + 10), y=_n(y + 4))[_clipped(node.name)],
            ]

    def _arcs(self) -> Iterator[h.Node]:
        for caller, callee in self._calls:
            start, end = self._places.get(caller), self._places.get(callee)
            if start is None or end is None:
                continue
            bulge = min(14 + abs(end - start) * 0.09, 58)
            x = self._box
            yield h.path(
                ".call",
                d=_curve((x, start + 4), (x - bulge, start + 4), (x - bulge, end - 3), (x, end - 3)),
                marker_end=f"url(#call-{self._key})",
            )


def _head(ranked: RankedUnit) -> str:
    unit = ranked.unit
    several = f", {len(unit.functions)} functions that move together" if len(unit.functions) > 1 else ""
    return f"{ranked.rank}. {_clipped(unit.name)}: {unit.need.value}{several}"


def _nodes(unit: MoveUnit) -> list[_Node]:
    names = {each.name for each in unit.functions}
    found: list[_Node] = []
    for handle in unit.handles:
        node = _Node(handle, "handle")
        for function in unit.functions:
            if handle in function.handles:
                creates, destroys = handle in function.creates, handle in function.destroys
                node.edges.append(
                    (function.name, "creates" if creates else "destroys" if destroys else "uses")
                )
        found.append(node)
    memory: dict[str, dict[str, None]] = {}
    for bond in unit.bonds:
        if bond.kind is BondKind.MEMORY:
            memory.setdefault(bond.name, {}).update(dict.fromkeys(bond.functions))
        elif bond.kind is BondKind.STATE:
            node = _Node(bond.name, "variable", [(name, "uses") for name in bond.functions if name in names])
            found.append(node)
    for name, functions in memory.items():
        edges = [(each, "destroys" if each == name else "creates") for each in functions if each in names]
        found.append(_Node(f"memory of {name}", "memory", edges))
    return found


def _legend(found: BoundaryMap) -> h.Node:
    known = any(function.calls is not None for function in found.functions)
    calls = "An arrow between functions is a call inside of the library, read from its machine code. "
    unknown = "Who calls whom inside of the library is not known. "
    return [
        "Boxes are functions (",
        f"{_MARKS[Need.CHANGE]} change, {_MARKS[Need.UNKNOWN]} unknown, {_MARKS[Need.INSULATION]} insulation), ",
        "rounded ones what binds them: handles (thick line: creates, dashed: destroys), memory, variables. ",
        calls if known else unknown,
        "What crosses the dashed line outlasts the call, or is called back. The table has all of it in words.",
    ]


def _clipped(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}\u2026"


def _curve(*points: tuple[float, float]) -> str:
    start, *others = (f"{_n(x)} {_n(y)}" for x, y in points)
    return f"M{start}C{' '.join(others)}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
