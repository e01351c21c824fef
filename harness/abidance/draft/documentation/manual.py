"""Installed manual pages of section 3: the page of a function as text, cut at its sections."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.core.span import Span
from abidance.draft.documentation.markup import Documentation, ParameterText
from abidance.draft.model import Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = (Path("/usr/local/share/man"), Path("/usr/share/man"))
_MOST = 1 << 20
_REDIRECT = re.compile(r"^\.so\s+(\S+)", re.MULTILINE)
_SECTION = re.compile(r"^\.S[Hh]\s+(.*)$", re.MULTILINE)
_SUBSECTION = re.compile(r"^\.(?:SS|Ss)\s+(.*)$", re.MULTILINE)
_HEADING = re.compile(r"^\.(?:SS|Ss|S[Hh])\b", re.MULTILINE)
_DISPLAYED = re.compile(r"^\.nf\b.*?^\.fi\b", re.MULTILINE | re.DOTALL)
_ARGUMENT = re.compile(
    r'^\.(?:IP|TP)[ \t]+"[^"\n]*?(?P<name>\w+)"[ \t]*\d*\n(?P<said>(?:(?!\.(?:IP|TP|SH)\b).*\n)*)',
    re.MULTILINE,
)
_ESCAPES = (
    (re.compile(r"\\f(?:\[\w*\]|\(..|.)"), ""),
    (re.compile(r"\\s[-+]?\d+"), ""),
    (re.compile(r"\\\*\([lr]q"), '"'),
    (re.compile(r"\\\((?:aq|cq|oq)"), "'"),
    (re.compile(r"\\(?:\[[^\]]*\]|\(..|[&/,^|!%:])"), ""),
    (re.compile(r'\\".*$', re.MULTILINE), ""),
    (re.compile(r"\\([-. ])"), r"\1"),
    (re.compile(r"\\e"), r"\\"),
)
_FONT = re.compile(r"^\.(?:BR|IR|RB|RI|BI|IB|[BI]|Fa|Fn|Va|Dv|Ar|Nm|Ft)\b[ \t]*(.*)$", re.MULTILINE)
_BREAKS = re.compile(r"^\.(?:PP|P|LP|TP|IP|HP|Pp|br|sp|It|Bl|El|RS|RE)\b.*$", re.MULTILINE)
_REQUEST = re.compile(r"^[.'].*$", re.MULTILINE)
_SKIPPED = ("SYNOPSIS", "SEE ALSO", "EXAMPLE", "BUGS", "HISTORY", "AUTHOR", "COPYRIGHT", "NAME", "STANDARDS")


def page_of(function: str, named: frozenset[str] = frozenset()) -> Documentation | None:
    """Return what the installed page of a function says; None without one, or where it is another header's.

    `named` are the other names by which the header is known: one of them, or the function's prototype, has to stand in
    the page.
    """
    path = _find(function)
    if path is None:
        under = (_under_heading(function, name) for name in sorted(named))
        return next((text for text in under if text is not None), None)
    text = _text(path, 3)
    naming = re.compile(rf"\b{re.escape(function)}\b")
    if not naming.search(_unescaped(text)):
        return None
    if named and not any(name in text for name in named):
        return None
    prose: list[str] = []
    returns: list[str] = []
    own: list[str] = []
    shared = False
    for title, body in _sections(text, _SECTION):
        if title == "NAME":
            names = _plain(body).partition(" - ")[0]
            shared = "," in names or names.split()[:1] != [function]
        elif "RETURN" in title:
            returns.append(_plain(body))
        elif not title.startswith(_SKIPPED):
            prose.append(_plain(body))
            own += (_plain(part) for name, part in _sections(body, _SUBSECTION) if naming.search(name))
    params = {found["name"]: ParameterText(_one_line(found["said"])) for found in _ARGUMENT.finditer(text)}
    whole = Documentation(Rank.MANUAL, "\n\n".join(prose), params, "", (), Span.at(path, 1))
    result = Documentation(prose="\n\n".join(returns))
    if not shared:
        return replace(whole, returns=" ".join(result.prose.split()))
    # What a page on several functions says is about one of them where it names that, in a sentence or in a heading.
    said = "\n\n".join((*own, _naming(naming, whole)))
    return replace(whole, prose=said, returns=_naming(naming, result))


def _under_heading(function: str, header: str) -> Documentation | None:
    """Return what one page on a whole header says under the heading that is a function's name.

    `mxml.3` and `pdfio.3` are such: the page has the name of the header, and no function has one of its own.
    """
    path = _find(Path(header).stem) if header.endswith(".h") else None
    text = _text(path, 3) if path else ""
    if path is None or header not in text:
        return None
    for found in _SUBSECTION.finditer(text):
        if _plain(found[1]).strip('" ').removesuffix("()") == function:
            end = _HEADING.search(text, found.end())
            body = _DISPLAYED.sub("\n\n", text[found.end() : end.start() if end else len(text)])
            line = text.count("\n", 0, found.start()) + 1
            return Documentation(Rank.MANUAL, _plain(body), {}, "", (), Span.at(path, line))
    return None


def _naming(function: re.Pattern[str], text: Documentation) -> str:
    return " ".join(each for each in text.sentences() if function.search(each))


@lru_cache(maxsize=1)
def _index() -> dict[str, Path]:
    pages: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(folder.glob("man3*/*")):
            pages.setdefault(path.name.split(".3", 1)[0], path)
    return pages


def _find(function: str) -> Path | None:
    return _index().get(function)


@lru_cache(maxsize=256)
def _text(path: Path, depth: int) -> str:
    """Return a page's source; one that only leads to another has that one's."""
    try:
        raw = read_regular(path, _MOST)
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="replace")
    except (OSError, EOFError, ValueError):
        return ""
    redirect = _REDIRECT.search(text) if len(text) < 1000 else None
    if redirect is None or depth == 0:
        return text
    target = path.parent.parent / redirect[1]
    other = next((each for each in (target, Path(f"{target}.gz")) if each.is_file()), None)
    return _text(other, depth - 1) if other else ""


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split())


def _sections(text: str, headings: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the sections of a page's source, or of a section's, each with its heading."""
    found = list(headings.finditer(text))
    for each, following in zip(found, [*found[1:], None], strict=False):
        heading = _plain(each[1]).strip('" ')
        yield (
            heading.upper() if headings is _SECTION else heading,
            text[each.end() : following.start() if following else len(text)],
        )


def _unescaped(text: str) -> str:
    for pattern, replacement in _ESCAPES:
        text = pattern.sub(replacement, text)
    return text


def _plain(text: str) -> str:
    text = _unescaped(text)
    text = _FONT.sub(lambda found: re.sub(r'[ \t]+(?=[(),.;])|"', "", found[1]), text)
    return _REQUEST.sub("", _BREAKS.sub("\n", text)).strip()
