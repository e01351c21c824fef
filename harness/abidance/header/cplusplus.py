"""Declarations that only C++ has, where a header is read as C: what no C compiler takes, said in one message.

Each pattern is of what can stand at the start of no declaration of C, with whatever names a header defines; `class`,
`template` and the like are fine names in C (ISO C11 6.4.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_PARSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.header.scan import Piece
    from abidance.header.unit import HeaderUnit

GUARD = (
    "it is read as C: guard what only C++ understands with `#ifdef __cplusplus`, as C programs need it too"
)
_NAME = r"[^\W\d]\w*+"
_ONLY = re.compile(
    rf"""(?P<words>
      extern\s*+"[^"\n]*+"                                     # a linkage
    | (?:inline\s++)?namespace\b(?:\s*+(?:{_NAME}|::))*+\s*+(?=[{{=])
    | template\s*+<
    | (?:class|struct|union)\s++{_NAME}\s*+(?:final\s*+)?:(?!:)\s*+(?:(?:public|protected|private|virtual)\s++)*+[\w:]
                                                               # a class with bases; no bit-field stands here
    | class\s++{_NAME}\s*+\{{
    | enum\s++(?:class|struct)\s++{_NAME}\s*+[:{{]
    | using\s++(?:namespace\b|(?:{_NAME}\s*+)?::|{_NAME}\s*+::)
    )""",
    re.VERBOSE,
)
# Those are declarations of C where the first word is a typedef's name.
_UNLESS_TYPE = re.compile(rf"(?P<word>using)\s++{_NAME}\s*+=|(?P<word2>class)\s++{_NAME}\s*+;")
_BEHIND = re.compile(r"(?<!:):(?!:)|[{<]")
_MAY_BE = re.compile(
    r"\b(?:extern|namespace|template|class|using)\b|\b(?:struct|union|enum)\s++\w++\s*+\w*+\s*+:"
)


_INSIDE = re.compile(
    rf"""
      ::
    | [\w>*]\s*+&{{1,2}}\s*+(?:{_NAME})?\s*+[,)]                  # a parameter that is a reference
    | \(\s*+[\w\s*]++=\s*+[^,;(){{}}]++\)                     # one with a default
    | ,\s*+[\w\s*]++=\s*+[^,;(){{}}]++\)
    | \b(?:public|private|protected)\s*+:(?!:)
    | \b(?:virtual|operator|noexcept|override|explicit|typename|friend)\b
    | ~{_NAME}\s*+\(
    """,
    re.VERBOSE,
)


def seems_cplusplus(declaration: str) -> bool:
    """Tell whether a declaration that is none of C has something that C++ has, to say so; it is refused anyhow."""
    return _INSIDE.search(declaration) is not None


def refuse_cplusplus(unit: HeaderUnit, code: str, pieces: Iterable[Piece], types: Iterable[str]) -> None:
    """Raise UsageError for the first declaration that C cannot have; `types` are the header's typedefs."""
    if not _MAY_BE.search(code):
        return
    for piece in pieces:
        found = _ONLY.match(code, piece.start, piece.end)
        if found is None:
            other = _UNLESS_TYPE.match(code, piece.start, piece.end)
            if other is not None and (other["word"] or other["word2"]) not in types:
                found = other
        if found is not None:
            words = " ".join(_BEHIND.split(found[0])[0].split())
            span = unit.span(piece.start)
            raise UsageError(
                Diagnostic(
                    HEADER_NOT_PARSED,
                    f"`{span.path.name}` is C++: C has no `{words}`",
                    (Label(span, "only C++ has this"),),
                    help=GUARD,
                )
            )
