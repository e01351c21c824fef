"""What UBSan's sentences are called: gcc and older clangs print no name, so it is taken from the words.

The names are those of LLVM's ``ubsan_checks.inc``, as newer clangs print them.
"""

from __future__ import annotations

import re

_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"signed integer overflow|negation of .* cannot be", "signed-integer-overflow"),
        (r"division of .* cannot be represented", "signed-integer-overflow"),
        (r"unsigned integer overflow", "unsigned-integer-overflow"),
        (r"division by zero", "integer-divide-by-zero"),
        (r"shift exponent", "invalid-shift-exponent"),
        (r"left shift of", "invalid-shift-base"),
        (r"index .* out of bounds", "out-of-bounds-index"),
        (r"null pointer passed as argument", "invalid-null-argument"),
        (r"null pointer returned", "invalid-null-return"),
        (r"offset (?:\S+ )?to null pointer", "nullptr-with-offset"),
        (r"misaligned address", "misaligned-pointer-use"),
        (r"null pointer", "null-pointer-use"),
        (r"insufficient space for an object", "insufficient-object-size"),
        (r"not a valid value for type '(?:_B|b)ool'", "invalid-bool-load"),
        (r"not a valid value for type", "invalid-enum-load"),
        (r"outside the range of representable values", "float-cast-overflow"),
        (r"unreachable program point", "unreachable-call"),
        (r"end of a value-returning function", "missing-return"),
        (r"variable length array bound", "non-positive-vla-index"),
        (r"through pointer to incorrect function type", "function-type-mismatch"),
        (r"passing zero to", "invalid-builtin-use"),
        (r"which does not point to an object", "dynamic-type-mismatch"),
        (r"implicit conversion", "implicit-conversion"),
        (r"assumption .* (?:violated|failed)", "alignment-assumption"),
        (r"pointer index expression|offset .* overflowed|applying .* offset", "pointer-overflow"),
    )
)


def ubsan_kind(sentence: str) -> str:
    """Return the name of what the sentence after ``runtime error:`` says."""
    for pattern, kind in _KINDS:
        if pattern.search(sentence):
            return kind
    return "undefined-behavior"
