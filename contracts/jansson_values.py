"""Values for `jansson.contract.yaml`: small JSON texts in compact form, whose few keys and items often repeat."""

from __future__ import annotations

import json

from hypothesis import strategies as st

_words = st.text('ab/"\\\n\x01é€😀', max_size=3)
_leaves = st.sampled_from((None, True, False, 0, 1, 2, -1, 0.5, 1.5)) | _words
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


texts = _values.map(_compact).filter(lambda text: len(text.encode()) <= 60)
containers = texts.filter(lambda text: text[0] in "[{")


def _spelled(text: str, ascii_only: bool, slash: bool) -> str:
    """Return a string as JSON; like all that is expected here, in small letters."""
    made = json.dumps(text, ensure_ascii=ascii_only).replace("\\u007f", "\x7f")
    return made.replace("/", "\\/") if slash else made


def _number(real: float, digits: int) -> str:
    made = f"{real:.{digits or 17}g}"
    return made if "." in made or "e" in made else made + ".0"


def _encoded(value: object, flags: int, depth: int = 0) -> str:
    """Return a value as `json_dumps` documents it: indents, separators, the order of keys."""
    indent, embedded = flags & 31, depth == 0 and flags & 0x10000
    if isinstance(value, str):
        return _spelled(value, bool(flags & 0x40), bool(flags & 0x400))
    if isinstance(value, float):
        return _number(value, flags >> 11 & 31)
    if not isinstance(value, (list, dict)):
        return json.dumps(value)
    if isinstance(value, list):
        parts = [_encoded(item, flags, depth + 1) for item in value]
    else:
        keys = sorted(value, key=str.encode) if flags & 0x80 else list(value)
        colon = ":" if flags & 0x20 else ": "
        parts = [
            _encoded(key, flags & ~0x10000) + colon + _encoded(value[key], flags, depth + 1) for key in keys
        ]
    first, last = ("", "") if embedded else "[]" if isinstance(value, list) else "{}"
    if indent and parts:
        inner, outer = "\n" + " " * indent * (depth + 1), "\n" + " " * indent * depth
        return first + inner + ("," + inner).join(parts) + outer + last
    return first + ("," if flags & 0x20 else ", ").join(parts) + last


_reals = st.sampled_from((0.5, 1.5, -2.25, 0.0625, 1 / 3, 3.140625, 100.5))
_characters = st.sampled_from('ab/"\\\b\f\n\r\t\x01\x1f\x7fé€😀')
_strings = st.lists(_characters, max_size=3).map("".join)
_keys = st.sampled_from(("a", "b", "ab", "c", "", "é", "a/", "\n"))
_any = st.recursive(
    st.sampled_from((None, True, False, 0, -1, 10, 9223372036854775807, -9223372036854775808))
    | _reals
    | _strings,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=7,
)
_flags = st.tuples(
    st.sampled_from((0, 0, 0, 1, 2, 3, 8, 31)),
    st.sampled_from((0, 0x20)),
    st.sampled_from((0, 0x40)),
    st.sampled_from((0, 0x80)),
    st.sampled_from((0, 0x400)),
    st.sampled_from((0, 0, 4 << 11, 6 << 11, 17 << 11)),
    st.sampled_from((0, 0, 0x10000)),
).map(lambda chosen: sum(chosen) & ~(0x10000 if chosen[0] else 0))


def _case(of: tuple[object, int]) -> bytes:
    """Return flags in three bytes, how long the text is in two, a text, and what it is encoded as."""
    value, flags = of
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return (
        flags.to_bytes(3, "big")
        + len(text).to_bytes(2, "big")
        + text
        + _encoded(value, flags).lower().encode()
    )


encoded = st.tuples(_any, _flags).map(_case).filter(lambda case: case[3] == 0 and case[4] <= 200)
"""Values, flags, and the text of the values with these flags, in small letters."""

bytes_keys = st.lists(st.sampled_from((b"a", b"b", b"\0", "é".encode())), max_size=3).map(b"".join)
"""Keys of which some hold a NUL or begin like another."""

_signs = "0123456789abcdefghijklmnopqrstuvwxyzABCD"
permuted = st.tuples(st.permutations(_signs), st.integers(0, 38)).map(
    lambda of: ",".join(f'"{sign}":{at % 10}' for at, sign in enumerate(of[0][: of[1]])).encode()
)
"""The inside of an object of up to 38 keys of one character, in any order."""
