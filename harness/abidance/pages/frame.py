"""The frame that all pages share: the head with its policy, landmarks, and a way around by keyboard."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from abidance.report.text.chars import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]"
)
"""Characters that a page must not have as they are: controls, halves of characters, and marks that reorder text."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a page under a heading. One that is `linked` is among the links at the top, as `short` or by title."""

    anchor: str
    title: str
    body: h.Node
    short: str = ""
    linked: bool = True


def page(
    title: str,
    lead: h.Node,
    sections: Sequence[PageSection],
    *,
    footer: h.Node = None,
    style: str = "",
    script: str = "",
    links: bool = True,
) -> str:
    """Return a whole page. `lead` is what stands first: the verdict, in a sentence that can be read alone.

    Texts are given as they are: here they are escaped, and what no reader could see in them is made visible.

    `style` is a style sheet for this kind of page alone, and `script` what runs in it: no other may. Without `links`,
    none to the sections stand at the top.
    """
    style = f"{_style()} {_shortened(style)}".strip()
    listed = [
        h.li[h.a(href=f"#{each.anchor}")[each.short or each.title]]
        for each in sections
        if each.body is not None and each.linked and links
    ]
    allowed = f"style-src '{_digest(style)}';" + (f" script-src '{_digest(script)}';" if script else "")
    policy = f"default-src 'none'; {allowed} img-src data:; base-uri 'none'; form-action 'none'"
    whole = h.html(lang="en")[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(http_equiv="Content-Security-Policy", content=policy),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.meta(name="referrer", content="no-referrer"),
            h.title[title],
            h.style[Markup(style)],  # noqa: S704 - our own file, and nobody else's words
        ],
        h.body[
            h.a(".skip", href="#content")["Skip to the content"],
            h.header[h.h1[title], lead],
            h.nav(aria_label="Sections")[h.ul[listed]] if len(listed) > 1 else None,
            h.main("#content", tabindex="-1")[
                (
                    h.section(id=each.anchor, aria_labelledby=f"{each.anchor}-title")[
                        h.h2(id=f"{each.anchor}-title")[each.title], each.body
                    ]
                    for each in sections
                    if each.body is not None
                )
            ],
            h.footer[footer] if footer is not None else None,
            h.script[Markup(script)] if script else None,  # noqa: S704 - our own file, and nobody else's words
        ],
    ]
    return legible(str(whole)) + "\n"


def legible(markup: str) -> str:
    """Return HTML or SVG in which what no reader could see is made visible."""
    return _UNSEEN.sub(_shown, markup)


def anchor(*parts: str) -> str:
    """Return the anchor of something that is named by words of the user's; two such names never share one."""
    return ".".join(map(_plain, parts))


def _plain(part: str) -> str:
    plain = _UNSAFE.sub("-", part)
    if plain == part:
        return part
    return f"{plain[:40]}~{hashlib.sha256(part.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def prose(words: str) -> h.Node:
    """Return a sentence as messages have them, with what stands between backticks as code."""
    pieces = words.split("`")
    if len(pieces) % 2 == 0:
        return words
    return [h.code[piece] if index % 2 else piece for index, piece in enumerate(pieces) if piece]


def _shown(found: re.Match[str]) -> str:
    picture = visible(found[0])
    return "\ufffd" if picture == found[0] else picture


@cache
def _style() -> str:
    raw = resources.files("abidance.pages").joinpath("page.css").read_text(encoding="utf-8")
    return _shortened(raw)


def _shortened(style: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)).strip()


def _digest(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
