"""The page of a profile: a flame graph for each library, what differs between them, and all of it as tables."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import htpy as h

from abidance.pages.flame_graph import flame_graph
from abidance.pages.frame import PageSection, page
from abidance.report.hot_frames import hot_functions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.profiles import Profiled

_MOST = 30
"""So many functions are in a table."""


def profile_page(profiles: Sequence[Profiled]) -> str:
    """Return the page; with several libraries, each after the first is compared with it as well."""
    first = profiles[0]
    sections = [
        PageSection(f"library-{at}", _title(each), _profile(each)) for at, each in enumerate(profiles)
    ]
    for at, each in enumerate(profiles[1:], 1):
        title = f"{each.library} beside {first.library}"
        sections.append(PageSection(f"difference-{at}", title, _difference(each, first)))
    lead = h.p[
        "Where calls of ",
        h.code[first.function],
        f" spend their time: {_sum_up(profiles)}. Widths are shares of the {first.unit}; ",
        "callers are above what they call. What makes the calls is left out.",
    ]
    return page(
        f"{first.boundary}: {first.function}",
        lead,
        sections,
        footer=h.p[
            "Written by abidance profile. Choose a frame to zoom into it, Escape to go back; arrow keys move."
        ],
        style=_resource("flame.css"),
        script=_resource("flame.js"),
    )


def _title(profile: Profiled) -> str:
    return f"{profile.library} {profile.build}".rstrip()


def _sum_up(profiles: Sequence[Profiled]) -> str:
    return "; ".join(
        f"{each.library}: {each.weight:,} {each.unit} of {each.calls:,} calls ({each.inputs})"
        for each in profiles
    )


def _profile(profile: Profiled) -> h.Node:
    return [*_graph(profile, None), _table(profile)]


def _difference(profile: Profiled, other: Profiled) -> h.Node:
    words = (
        f"Red frames take a larger share in {profile.library} than in {other.library}, blue ones a smaller one; "
        "each says both. Functions that only one of them has are wholly more."
    )
    return [h.p[words], *_graph(profile, other)]


def _graph(profile: Profiled, other: Profiled | None) -> list[h.Element]:
    return [
        h.div(".tools")[
            h.label["Search ", h.input(type="search", autocomplete="off")],
            h.button(type="button")["Whole graph"],
        ],
        flame_graph(profile, other),
        h.p(".shown", aria_live="polite"),
    ]


def _table(profile: Profiled) -> h.Element:
    found = hot_functions(profile)
    rows = [
        h.tr[
            h.th(scope="row")[h.code[each.name]],
            h.td[f"{each.own:.1%}"],
            h.td[f"{each.total:.1%}"],
            h.td[each.place.rpartition("/")[2] or each.object],
        ]
        for each in found[:_MOST]
    ]
    more = f" The first {_MOST} of {len(found)}." if len(found) > _MOST else ""
    return h.div(".scroll")[
        h.table[
            h.caption[f"Functions of {_title(profile)}, by what they take themselves.{more}"],
            h.thead[
                h.tr[(h.th(scope="col")[name] for name in ("Function", "Itself", "With callees", "Where"))]
            ],
            h.tbody[rows],
        ]
    ]


def _resource(name: str) -> str:
    return resources.files("abidance.pages").joinpath(name).read_text(encoding="utf-8")
