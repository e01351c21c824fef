"""`like`: whether contents have the form that the contract gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.contract.language.regexes import regex

if TYPE_CHECKING:
    from abidance.boundary.model.types import PointerShape


def codec_of(shape: PointerShape) -> str:
    """Return how bytes are read as the characters that a form is of; without an `encoding`, each byte is one."""
    return shape.encoding if shape.what is What.STRING or shape.encoded else "latin-1"


def is_encoded(shape: PointerShape, raw: bytes) -> bool:
    """Tell whether contents are text in the encoding that all valid ones have, if there is one."""
    try:
        raw.decode(shape.codec or "latin-1")
    except UnicodeDecodeError:
        return False
    return True


def has_form(shape: PointerShape, raw: bytes) -> bool:
    """Tell whether contents are of the form that a shape asks for, if it asks for one."""
    if shape.like is None:
        return True
    try:
        return regex(shape.like.text).matches(raw.decode(codec_of(shape)))
    except UnicodeDecodeError:
        return False
