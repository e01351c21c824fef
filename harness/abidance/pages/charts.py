"""Charts: pygal draws them, as SVG that takes its colours from the page, so that they follow its theme.

What pygal adds for browsers, its style, script and boxes for the pointer, is left out: the page allows none of it.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import htpy as h
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_LONG = re.compile(r"(\d+\.\d)\d+")
_STROKES = ("solid line", "dashed", "dotted", "dashed and dotted")
"""How `page.css` draws the first, second, third and fourth line."""
_KEPT = ("class", "d", "x", "y", "width", "height", "cx", "cy", "r", "transform", "viewBox")
"""Attributes of pygal's that a picture needs."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line of a chart: points by their places on both axes, and None where it is broken."""

    name: str
    points: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, and the values that are named on it; pygal chooses them where there are none."""

    title: str
    ticks: tuple[tuple[float, str], ...] = ()
    low: float | None = None
    high: float | None = None


def line_chart(
    title: str, series: Sequence[ChartLine], x: Axis, y: Axis, *, dots: bool = False, told: h.Node = None
) -> h.Node:
    """Return lines over a common axis as a figure. `told` says in text what they show."""
    svg = _drawn(title, series, x, y, dots=dots)
    names = [
        h.span(class_=f"line-{number % len(_STROKES)}")[f"{each.name}: {_STROKES[number % len(_STROKES)]}"]
        for number, each in enumerate(series)
    ]
    legend = [" (", [[", " if number else "", each] for number, each in enumerate(names)], ")"]
    return h.figure(".chart")[h.figcaption[title, legend if len(series) > 1 else None], svg, told]


def _drawn(title: str, series: Sequence[ChartLine], x: Axis, y: Axis, *, dots: bool) -> Markup:
    chart: Any = _pygal().XY(
        js=[],
        css=[],
        no_prefix=True,
        width=640,
        height=240,
        margin=6,
        show_dots=dots,
        dots_size=3,
        show_legend=False,
        truncate_label=-1,
        x_title=x.title,
        y_title=y.title,
        xrange=None if x.low is None or x.high is None else (x.low, x.high),
        range=None if y.low is None or y.high is None else (y.low, y.high),
        no_data_text="no data",
    )
    if x.ticks:
        chart.x_labels = [{"value": value, "label": label} for value, label in x.ticks]
    if y.ticks:
        chart.y_labels = [{"value": value, "label": label} for value, label in y.ticks]
    for each in series:
        chart.add(each.name, list(each.points), allow_interruptions=True)
    root = chart.render_tree()
    _reduce(root)
    root.attrib.update({"class": "drawn", "role": "img", "aria-label": title})
    return Markup(_LONG.sub(r"\1", ET.tostring(root, encoding="unicode")))  # noqa: S704 - written by ElementTree


@cache
def _pygal() -> Any:
    import pygal  # noqa: PLC0415 - a page without figures needs none

    # What it adds for its maps looks for modules in the way of Python 3.3, of which each later import would warn.
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]
    return pygal


def _reduce(element: Element) -> None:
    """Leave of a drawing what is seen."""
    for child in [*element]:
        hidden = not isinstance(child.tag, str) or child.tag.removeprefix(_SVG) in ("defs", "title", "desc")
        if hidden or child.get("class", "").endswith(("text-overlay", "tooltip-overlay")):
            element.remove(child)
            continue
        _reduce(child)
    for name in [*element.attrib]:
        if name not in _KEPT:
            del element.attrib[name]
    if not element.get("class", "x"):
        del element.attrib["class"]
