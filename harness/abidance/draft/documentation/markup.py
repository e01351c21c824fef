"""A comment's text by what it is about: Doxygen, kernel-doc and GTK-Doc, or plain prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.draft.model import Rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.core.span import Span

_FRAME = re.compile(r"^[ \t]*(?:/\*+[!<]*|//+[!<]?|\*+/?(?!\w)|\*\*)?[ \t]?", re.MULTILINE)
_END = re.compile(r"[ \t]*\*+/[ \t]*$")
_COMMAND = re.compile(
    r"[@\\](?P<command>params?|tparam|arg|returns?|result|retval|brief|note|warning|see|sa|since|deprecated|details"
    r"|remarks?|pre(?:condition)?|assert|post|par|code|endcode|throws?|exception|ingroup|file|name)\b[ \t]*"
    r"(?P<way>\[[^\]\n]*\])?"
)
_KERNEL = re.compile(r"^[ \t]*@(?P<name>\w+|\.\.\.):[ \t]*", re.MULTILINE)
_RETURNS = re.compile(
    r"^[ \t]*(?:Returns?(?:[ \t]+value)?|RETURN(?:S|[ \t]VALUE)?)[ \t]*:[ \t]*", re.MULTILINE
)
_INLINE = re.compile(r"[@\\](?:c|p|a|e|b|em|ref|li)[ \t]+")
_CODE = re.compile(r"[@\\]code\b[ \t]*(?P<text>[^\n]*?)[ \t]*[@\\]endcode\b")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_RETURNING = re.compile(r"\b([A-Za-z_]\w*)\(\)`? returns\b")
"""Whose result a sentence is about, where it says so."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z`*\"(]|\w+\()|\n\s*\n")


@dataclass(frozen=True, slots=True)
class ParameterText:
    """What is written about one parameter; `direction` is `in`, `out`, `inout` or nothing."""

    text: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Documentation:
    """What is written about one function. `prose` is all of it that is about no parameter and not the result.

    `statuses` are the values that are listed one by one, with their meaning, `conditions` what a call has to keep.
    """

    rank: Rank = Rank.COMMENT
    prose: str = ""
    params: Mapping[str, ParameterText] = field(default_factory=dict)
    returns: str = ""
    statuses: tuple[tuple[str, str], ...] = ()
    span: Span | None = None
    conditions: tuple[str, ...] = ()

    def about(self, name: str) -> Iterator[str]:
        """Yield what is said of a parameter: its own text, and the sentences that name it."""
        own = self.params.get(name)
        if own is not None:
            yield own.text
        if len(name) > 1:
            named = re.compile(rf"(?<![\w]){re.escape(name)}(?!\w)")
            yield from (each for each in self.sentences() if named.search(each))

    def sentences(self) -> Iterator[str]:
        """Yield the sentences of the prose."""
        yield from _sentences(self.prose)

    def result(self, function: str) -> str:
        """Return what is said of a function's result: its own text, otherwise the sentences that speak of returning.

        What `another()` returns says nothing of this one.
        """
        if self.returns:
            return self.returns
        spoken = (
            each for each in self.sentences() if re.search(r"\breturn(?:s|ed|ing)?\b", each, re.IGNORECASE)
        )
        return " ".join(each for each in spoken if {*_RETURNING.findall(each)} <= {function})


@lru_cache(maxsize=2048)
def _sentences(prose: str) -> tuple[str, ...]:
    """Return the sentences of a text, which many rules ask for."""
    return tuple(" ".join(each.split()) for each in _SENTENCE.split(prose) if each.strip())


def parse(comment: str, span: Span | None = None) -> Documentation:
    """Return what a comment says."""
    text = _CODE.sub(r"\g<text>", unframed(comment))
    if _KERNEL.search(text):
        return _kernel(text, span)
    pieces = list(_COMMAND.finditer(text))
    prose = [text[: pieces[0].start()] if pieces else text]
    params: dict[str, ParameterText] = {}
    returns: list[str] = []
    statuses: list[tuple[str, str]] = []
    conditions: list[str] = []
    for found, following in zip(pieces, [*pieces[1:], None], strict=False):
        body = text[found.end() : following.start() if following else len(text)]
        command = found["command"]
        if command in ("param", "params", "arg"):
            names, _, said = body.strip().partition(" ") if body.strip() else ("", "", "")
            own, *rest = _PARAGRAPH.split(said, maxsplit=1)
            prose += rest
            for name in re.findall(r"\w+", names):
                params[name] = ParameterText(" ".join(own.split()), _direction(found["way"] or ""))
        elif command in ("return", "returns", "result"):
            own, *rest = _PARAGRAPH.split(body.strip(), maxsplit=1)
            returns.append(" ".join(own.split()))
            prose += rest
        elif command == "retval":
            name, _, said = body.strip().partition(" ")
            statuses.append((name.strip("`:,"), " ".join(_PARAGRAPH.split(said)[0].split())))
        elif command in ("pre", "precondition", "assert"):
            own, *rest = _PARAGRAPH.split(body.strip(), maxsplit=1)
            conditions += [" ".join(each.split()) for each in own.splitlines() if each.strip()]
            prose += rest
        elif command not in ("code", "see", "sa", "since", "ingroup", "file", "par", "name"):
            prose.append(body)
    return Documentation(
        Rank.COMMENT,
        "\n\n".join(prose).strip(),
        params,
        " ".join(returns),
        tuple(statuses),
        span,
        tuple(conditions),
    )


def unframed(comment: str) -> str:
    """Return a comment's text without what makes it one."""
    return _INLINE.sub("", _FRAME.sub("", _END.sub("", comment))).strip()


def _kernel(text: str, span: Span | None) -> Documentation:
    params: dict[str, ParameterText] = {}
    pieces = list(_KERNEL.finditer(text))
    prose = [text[: pieces[0].start()]]
    for found, following in zip(pieces, [*pieces[1:], None], strict=False):
        body = text[found.end() : following.start() if following else len(text)]
        own, *rest = _PARAGRAPH.split(body, maxsplit=1)
        marks = re.findall(r"\((out|in|inout|nullable|allow-none|optional|transfer \w+)[^)]*\)", own)
        direction = next((mark for mark in marks if mark in ("out", "in", "inout")), "")
        said = " ".join(own.split())
        if {"nullable", "allow-none"} & set(marks):
            said += " It may be NULL."
        params[found["name"]] = ParameterText(said, direction)
        prose += rest
    whole = "\n\n".join(prose)
    result = _RETURNS.search(whole)
    returns = ""
    if result:
        own = _PARAGRAPH.split(whole[result.end() :], maxsplit=1)[0]
        returns = " ".join(own.split())
        whole = whole[: result.start()] + whole[result.end() + len(own) :]
    return Documentation(Rank.COMMENT, whole.strip(), params, returns, (), span)


def _direction(way: str) -> str:
    inside = re.sub(r"[^a-z]", "", way.lower())
    return {"in": "in", "out": "out", "inout": "inout", "outin": "inout"}.get(inside, "")
