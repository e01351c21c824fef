"""Text as Markdown that shows it as it is, but for what stands between backticks, which is code.

What a library printed, a path or a name may hold anything, so nothing of it may become a link, a picture, a heading,
HTML, a cell of a table, or the name of somebody who would be told of it. GitHub Flavored Markdown 0.29, sections 2.4,
4.5 and 6.3.
"""

from __future__ import annotations

import re
from textwrap import dedent
from urllib.parse import quote

from abidance.report.text.chars import lines, one_line

_CODE = re.compile(r"`([^`]+)`")
_SPECIAL = re.compile(r"[\\`*_\[\]~|]|^\s*[-#+>=]|^\s*\d+(?=[.)])")
_MENTION = re.compile(r"(@|#|\bGH-)(?=\w)")
_NOTHING = "\u200b"
"""A space without width: what it stands in is neither a name nor a number to GitHub."""


def text(words: str) -> str:
    """Return words on one line, for a paragraph or a cell of a table; what stands between backticks becomes code."""
    parts = _CODE.split(one_line(words))
    return "".join(code(part) if n % 2 else _plain(part) for n, part in enumerate(parts))


def code(words: str) -> str:
    """Return words on one line as code, for a paragraph or a cell of a table."""
    shown = one_line(words)
    fence = "`" * (_longest(shown) + 1)
    space = " " if "`" in shown else ""
    # A cell ends at `|` even in code, where it may be written with a backslash (section 4.10).
    return f"{fence}{space}{shown}{space}{fence}".replace("|", "\\|")


def html(words: str) -> str:
    """Return words on one line for the inside of HTML, where Markdown is not read."""
    escaped = one_line(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = _CODE.split(escaped)
    return "".join(f"<code>{part}</code>" if n % 2 else _quiet(part) for n, part in enumerate(parts))


def item(words: str, language: str = "") -> str:
    """Return words as an item of a list; further lines as a block of code below the first."""
    first, _, more = words.partition("\n")
    rest = lines(dedent(more)) if more.strip() else []
    if not rest:
        return f"- {text(first)}"
    fence = "`" * max(3, _longest("\n".join(rest)) + 1)
    return "\n".join(
        (f"- {text(first)}", f"  {fence}{language}", *(f"  {line}" for line in rest), f"  {fence}")
    )


def address(web: str, path: str) -> str:
    """Return where a server shows the file, safe as the target of a link."""
    return quote(web + path.replace("\\", "/"), safe=":/-._~%")


def _plain(words: str) -> str:
    escaped = _SPECIAL.sub(_escaped, words.replace("&", "&amp;").replace("<", "&lt;"))
    return _quiet(escaped)


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    return f"{mark}\\" if mark[-1].isdigit() else f"{mark[:-1]}\\{mark[-1]}"


def _quiet(words: str) -> str:
    return _MENTION.sub(rf"\1{_NOTHING}", words)


def _longest(words: str) -> int:
    return max(map(len, re.findall(r"`+", words)), default=0)
