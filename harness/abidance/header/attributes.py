"""GNU and C23 attributes: from the text between their brackets to names and arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.ir.declarations import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.header.lexer import AttributeText

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|[(\[{]|[)\]}]|,|[^"()\[\]{},]+|.', re.DOTALL)
_NAMED = re.compile(r"\s*(?:\w+\s*::\s*)?(?P<name>\w+)\s*(?:\((?P<arguments>.*)\)\s*)?", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)

ASM_LABEL = "asm"


def decode(value: AttributeText) -> tuple[Attribute, ...]:
    """Return the attributes that one token holds; an asm label is an attribute of the name ``asm``."""
    if value.word == ASM_LABEL:
        return (Attribute(ASM_LABEL, "".join(_STRING.findall(value.inside))),)
    inside = value.inside.strip()
    if value.word != "[[" and inside.startswith("(") and inside.endswith(")"):
        inside = inside[1:-1]
    return tuple(
        Attribute(_plain(named["name"]), " ".join(named["arguments"].split()) if named["arguments"] else None)
        for piece in _split(inside)
        if (named := _NAMED.fullmatch(piece))
    )


def find(attributes: Iterable[Attribute], names: frozenset[str]) -> Attribute | None:
    """Return the first attribute with one of `names`, or None."""
    return next((attribute for attribute in attributes if attribute.name in names), None)


def _plain(name: str) -> str:
    """Return the name without the underscores that keep it apart from macros."""
    bare = name.strip("_")
    return bare if name.startswith("__") and bare else name


def _split(text: str) -> Iterator[str]:
    """Split at the commas that stand in no bracket and no string."""
    depth, start = 0, 0
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == "," and depth == 0:
            yield text[start : found.start()]
            start = found.end()
        elif piece in "([{":
            depth += 1
        elif piece in ")]}":
            depth -= 1
    yield text[start:]
