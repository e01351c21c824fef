"""What a page shows against what was printed, but for what no two runs have in common."""

from __future__ import annotations

import re

_CASE = re.compile(r"(?<=abidance replay )[0-9a-f]{8}\b")
_VARIES = (
    (re.compile(r"\bseed \d+"), "seed N"),
    (re.compile(r"\b(\d[\d,]* to )?\d[\d,]* (call|case)s?\b"), r"N \2s"),
    (re.compile(r"(?<![\w.])[\d,]+\.\d+ ?s(ec)?\b"), "N s"),
    (re.compile(r"(?<=N s) \(\d+:\d\d:\d\d\)"), ""),  # pytest adds it after a minute
    (re.compile(r"\b(gcc|clang) \d+(\.\d+)*"), r"\1 N"),
    (re.compile(r"\bgcc version .*"), "gcc N"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b"), "DATE"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{10}\b"), "REVISION"),
)
_TABLE = re.compile(r"N s$|N calls|N cases|\bitems?\b")


def plain(text, *places):
    """Return output without what varies: seeds, counts of calls, times, versions, `places` on this machine."""
    for place in places:
        text = text.replace(f"{place}/", "")
    return [_line(line) for line in text.rstrip().splitlines()]


def _line(line):
    for varies, instead in _VARIES:
        line = varies.sub(instead, line)
    if _TABLE.search(line) or re.match(r"=+ .* =+$", line):
        # Columns are as wide as the widest number, and pytest fills the line up.
        line = re.sub(r"={3,}", "===", re.sub(r"(?<=\S) +", " ", line))
    return line.rstrip()


def cases(text):
    """Return the case ids in order of appearance."""
    return list(dict.fromkeys(_CASE.findall(text)))


def matches(shown, printed):
    """Tell whether printed lines are as shown.

    `...` on a line of its own stands for any number of lines, and inside a line for any text.
    """
    if not shown:
        return not printed
    if shown[0].strip() == "...":
        return any(matches(shown[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and _same(shown[0], printed[0]) and matches(shown[1:], printed[1:])


def _same(shown, printed):
    pattern = ".*".join(map(re.escape, shown.split("...")))
    return re.fullmatch(pattern, printed) is not None


def difference(shown, printed):
    """Return both, for whoever has to bring the page up to date."""
    return "\n".join(["is shown as", *shown, "", "and printed", *printed])
