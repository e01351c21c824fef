"""Values for `jansson.contract.yaml`: small JSON texts in compact form, whose few keys and items often repeat."""

from __future__ import annotations

import json
import re

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
    made = re.sub(r"e\+?(-?)0*", r"e\1", made)
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


_reals = st.sampled_from(
    (
        0.5,
        1.5,
        -2.25,
        0.0625,
        1 / 3,
        3.140625,
        100.5,
        0.0,
        7.0,
        -3.0,
        1e22,
        1e-7,
        -1.5e300,
        5e-324,
        1e100,
        123456789.0,
    )
)
_edges = (
    "\x07\x0b\x0e\x10\x1e\x1f !~\x7f\x80\x9f\u07ff\u0800\ud7ff\ue000\ufffd\uffff"
    "\U00010000\U000103ff\U0001f600\U0010ffff"
)
_characters = st.sampled_from('ab/"\\\b\f\n\r\t\x01\x1f\x7fé€😀') | st.sampled_from(_edges)
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
many_signs = st.permutations(_signs).map(lambda signs: "".join(signs[:12]).encode())


def _bytes(*parts: int | bytes) -> bytes:
    return b"".join(part if isinstance(part, bytes) else bytes((part,)) for part in parts)


# ------------------------------------------------------------ texts that are right, however they are spelled


@st.composite
def _spelling(draw: st.DrawFn, value: object) -> str:
    """Spell a value as JSON: white space between the tokens, escapes where none is needed, numbers with exponents."""
    gap = st.sampled_from(("", "", "", " ", "\n", "\t", "\r", " \n "))
    if isinstance(value, str):
        return '"' + "".join(draw(_spelled_character(sign)) for sign in value) + '"'
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return draw(st.sampled_from(_reals_spelled))
    if isinstance(value, list):
        parts = [draw(gap) + draw(_spelling(item)) + draw(gap) for item in value]
        return "[" + (",".join(parts) or draw(gap)) + "]"
    assert isinstance(value, dict)
    parts = [
        draw(gap) + draw(_spelling(key)) + draw(gap) + ":" + draw(gap) + draw(_spelling(of)) + draw(gap)
        for key, of in value.items()
    ]
    return "{" + (",".join(parts) or draw(gap)) + "}"


_short = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", '"': '"', "\\": "\\", "/": "/"}
_reals_spelled = (
    "0.5", "-0.0", "0.0", "1e5", "1E5", "1e+5", "1E-2",
    "12.25e1", "0e1", "0.1e-1", "-1.5E+3", "100.0", "1e0", "9007199254740993.0", "0.00001", "1e308", "123456789.125",
)  # fmt: skip


def _spelled_character(sign: str) -> st.SearchStrategy[str]:
    units = sign.encode("utf-16-be")
    pairs = [f"{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2)]
    ways = ["".join("\\u" + pair for pair in pairs), "".join("\\u" + pair.upper() for pair in pairs)]
    if sign in _short:
        ways.append("\\" + _short[sign])
    if sign >= " " and sign not in '"\\':
        ways += [sign, sign]
    return st.sampled_from(ways)


_spelled_values = st.recursive(
    st.sampled_from((None, True, False, 0, -1, 10, 9223372036854775807, -9223372036854775808, 0.5, 0.5))
    | _strings
    | st.text("aB09é\u07ff\u0800\uffff\U0010ffff\ud7ff\ue000", max_size=24),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_strings, inner, max_size=4),
    max_leaves=8,
)


def _read(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(pairs)


def _spelled_case(text: str) -> bytes:
    """Return the length of what is expected in two bytes, the value in compact form and small letters, and the text."""
    expected = _encoded(json.loads(text), 0x20).encode().lower()
    return len(expected).to_bytes(2, "big") + expected + text.encode()


spelled = _spelled_values.flatmap(_spelling).map(_spelled_case).filter(lambda case: len(case) <= 700)
"""Texts that are right, and the compact form of their values before them."""

# ------------------------------------------------------------ texts that are wrong

UTF8, EARLY, MORE, SYNTAX, NUL, NUL_IN_KEY, TWICE, OVERFLOW = 5, 6, 7, 8, 11, 13, 14, 15

WRONG: tuple[tuple[bytes, int, int, str, str], ...] = (
    # text, flags of decoding, code, line:column:position, message
    (b'["\xff"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xff near \'"\''),
    (b'["a\x80"]', 0, UTF8, "1:3:3", 'unable to decode byte 0x80 near \'"a\''),
    (b"[\xff]", 0, UTF8, "1:1:1", "unable to decode byte 0xff"),
    (b"\xff", 0, UTF8, "1:0:0", "unable to decode byte 0xff"),
    (b'["\xc3"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xc3 near \'"\''),
    (b'["\xc3', 0, UTF8, "1:2:2", 'unable to decode byte 0xc3 near \'"\''),
    (b'["\xe2\x82"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xe2 near \'"\''),
    (b'["\xe2(\xa1"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xe2 near \'"\''),
    (b'["\xc0\x80"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xc0 near \'"\''),
    (b'["\xc1\xbf"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xc1 near \'"\''),
    (b'["\xe0\x9f\xbf"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xe0 near \'"\''),
    (b'["\xed\xa0\x80"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xed near \'"\''),
    (b'["\xed\xbf\xbf"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xed near \'"\''),
    (b'["\xf0\x8f\xbf\xbf"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xf0 near \'"\''),
    (b'["\xf4\x90\x80\x80"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xf4 near \'"\''),
    (b'["\xf5\x80\x80\x80"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xf5 near \'"\''),
    (b'["\xf0\x90\x80"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xf0 near \'"\''),
    (b'["\xf0\x90\x80\xc0"]', 0, UTF8, "1:2:2", 'unable to decode byte 0xf0 near \'"\''),
    (b'\n["\xc3\xa9",\n\xff]', 0, UTF8, "3:0:8", "unable to decode byte 0xff"),
    (b"\xff", 4, UTF8, "1:0:0", "unable to decode byte 0xff"),
    (b"", 0, EARLY, "1:0:0", "'[' or '{' expected near end of file"),
    (b" ", 0, EARLY, "1:1:1", "'[' or '{' expected near end of file"),
    (b"\n\n", 0, EARLY, "3:0:2", "'[' or '{' expected near end of file"),
    (b"[", 0, EARLY, "1:1:1", "']' expected near end of file"),
    (b"[\n", 0, EARLY, "2:0:2", "']' expected near end of file"),
    (b"[1", 0, EARLY, "1:2:2", "']' expected near end of file"),
    (b"[1 ", 0, EARLY, "1:3:3", "']' expected near end of file"),
    (b"[1,", 0, EARLY, "1:3:3", "']' expected near end of file"),
    (b"[1,\n", 0, EARLY, "2:0:4", "']' expected near end of file"),
    (b"{", 0, EARLY, "1:1:1", "string or '}' expected near end of file"),
    (b'{"a"', 0, EARLY, "1:4:4", "':' expected near end of file"),
    (b'{"a":', 0, EARLY, "1:5:5", "unexpected token near end of file"),
    (b'{"a":1', 0, EARLY, "1:6:6", "'}' expected near end of file"),
    (b'{"a":1,', 0, EARLY, "1:7:7", "string or '}' expected near end of file"),
    (b'{"a":{"b":1}', 0, EARLY, "1:12:12", "'}' expected near end of file"),
    (b'["', 0, EARLY, "1:2:2", 'premature end of input near \'"\''),
    (b'["a', 0, EARLY, "1:3:3", 'premature end of input near \'"a\''),
    (b"[\x00]", 0, EARLY, "1:2:2", "invalid token near end of file"),
    (b"", 4, EARLY, "1:0:0", "unexpected token near end of file"),
    (b'"a', 4, EARLY, "1:2:2", 'premature end of input near \'"a\''),
    (b"", 2, EARLY, "1:0:0", "'[' or '{' expected near end of file"),
    (b"[1", 2, EARLY, "1:2:2", "']' expected near end of file"),
    (b"[1]]", 0, MORE, "1:4:4", "end of file expected near ']'"),
    (b"[1] x", 0, MORE, "1:5:5", "end of file expected near 'x'"),
    (b"[1]\n\n x", 0, MORE, "3:2:7", "end of file expected near 'x'"),
    (b'{"a":1}}', 0, MORE, "1:8:8", "end of file expected near '}'"),
    (b"[1]\x00", 0, MORE, "1:4:4", "end of file expected near end of file"),
    (b"1 2", 4, MORE, "1:3:3", "end of file expected near '2'"),
    (b"1 \n x", 4, MORE, "2:2:5", "end of file expected near 'x'"),
    (b"1x", 4, MORE, "1:2:2", "end of file expected near 'x'"),
    (b"x", 0, SYNTAX, "1:1:1", "'[' or '{' expected near 'x'"),
    (b"1", 0, SYNTAX, "1:1:1", "'[' or '{' expected near '1'"),
    (b'"a"', 0, SYNTAX, "1:3:3", '\'[\' or \'{\' expected near \'"a"\''),
    (b"null", 0, SYNTAX, "1:4:4", "'[' or '{' expected near 'null'"),
    (b"]", 0, SYNTAX, "1:1:1", "'[' or '{' expected near ']'"),
    (b"}", 0, SYNTAX, "1:1:1", "'[' or '{' expected near '}'"),
    (b",", 0, SYNTAX, "1:1:1", "'[' or '{' expected near ','"),
    (b":", 0, SYNTAX, "1:1:1", "'[' or '{' expected near ':'"),
    (b'\t {"a" \xc3\xa9', 0, SYNTAX, "1:8:9", "':' expected near 'é'"),
    (b"[1,]", 0, SYNTAX, "1:4:4", "unexpected token near ']'"),
    (b"[,", 0, SYNTAX, "1:2:2", "unexpected token near ','"),
    (b"[1 2]", 0, SYNTAX, "1:4:4", "']' expected near '2'"),
    (b"[1\n2]", 0, SYNTAX, "2:1:4", "']' expected near '2'"),
    (b"[1\n\n  x]", 0, SYNTAX, "3:3:7", "']' expected near 'x'"),
    (b"[12\n,x]", 0, SYNTAX, "2:2:6", "invalid token near 'x'"),
    (b"[1\r\n2]", 0, SYNTAX, "2:1:5", "']' expected near '2'"),
    (b"[1}", 0, SYNTAX, "1:3:3", "']' expected near '}'"),
    (b"[1:2]", 0, SYNTAX, "1:3:3", "']' expected near ':'"),
    (b'["a" "b"]', 0, SYNTAX, "1:8:8", '\']\' expected near \'"b"\''),
    (b'["a":1]', 0, SYNTAX, "1:5:5", "']' expected near ':'"),
    (b"[tru]", 0, SYNTAX, "1:4:4", "invalid token near 'tru'"),
    (b"[true1]", 0, SYNTAX, "1:6:6", "']' expected near '1'"),
    (b"[TRUE]", 0, SYNTAX, "1:5:5", "invalid token near 'TRUE'"),
    (b"[nul", 0, SYNTAX, "1:4:4", "invalid token near 'nul'"),
    (b"[nulla]", 0, SYNTAX, "1:6:6", "invalid token near 'nulla'"),
    (b"[fals\n]", 0, SYNTAX, "1:5:5", "invalid token near 'fals'"),
    (b"[truefalse]", 0, SYNTAX, "1:10:10", "invalid token near 'truefalse'"),
    (b"[nonsenseandmorethantwenty]", 0, SYNTAX, "1:26:26", "invalid token"),
    (b"[abcdefghijklmnopqrst]", 0, SYNTAX, "1:21:21", "invalid token near 'abcdefghijklmnopqrst'"),
    (b"[abcdefghijklmnopqrs]", 0, SYNTAX, "1:20:20", "invalid token near 'abcdefghijklmnopqrs'"),
    (b"[abcdefghijklmnopqrstu]", 0, SYNTAX, "1:22:22", "invalid token"),
    (b'{"a":1,}', 0, SYNTAX, "1:8:8", "string or '}' expected near '}'"),
    (b'{"a":1,,', 0, SYNTAX, "1:8:8", "string or '}' expected near ','"),
    (b'{"a"}', 0, SYNTAX, "1:5:5", "':' expected near '}'"),
    (b'{"a" 1}', 0, SYNTAX, "1:6:6", "':' expected near '1'"),
    (b'{"a",1}', 0, SYNTAX, "1:5:5", "':' expected near ','"),
    (b"{1:1}", 0, SYNTAX, "1:2:2", "string or '}' expected near '1'"),
    (b"{a:1}", 0, SYNTAX, "1:2:2", "string or '}' expected near 'a'"),
    (b'{"a":1]', 0, SYNTAX, "1:7:7", "'}' expected near ']'"),
    (b'{"a":1 "b":2}', 0, SYNTAX, "1:10:10", '\'}\' expected near \'"b"\''),
    (b'{"a":x}', 0, SYNTAX, "1:6:6", "invalid token near 'x'"),
    (b"{,", 0, SYNTAX, "1:2:2", "string or '}' expected near ','"),
    (b'{"a":[1,{"b":[}', 0, SYNTAX, "1:15:15", "unexpected token near '}'"),
    (b'{\n"a": 1,\n"b" x\n}', 0, SYNTAX, "3:5:15", "':' expected near 'x'"),
    (b"{[", 0, SYNTAX, "1:2:2", "string or '}' expected near '['"),
    (b'{"a":}', 0, SYNTAX, "1:6:6", "unexpected token near '}'"),
    (b'["a\n"]', 0, SYNTAX, "1:3:3", 'unexpected newline near \'"a\''),
    (b'["\n', 0, SYNTAX, "1:2:2", 'unexpected newline near \'"\''),
    (b'["a\tb"]', 0, SYNTAX, "1:3:3", 'control character 0x9 near \'"a\''),
    (b'["\x1f"]', 0, SYNTAX, "1:2:2", 'control character 0x1f near \'"\''),
    (b'["\x01"]', 0, SYNTAX, "1:2:2", 'control character 0x1 near \'"\''),
    (b'["\xc3\xa9\xc3\xa9\x02"]', 0, SYNTAX, "1:4:6", 'control character 0x2 near \'"éé\''),
    (b'["\\', 0, SYNTAX, "1:3:3", 'invalid escape near \'"\\\''),
    (b'["\\q"]', 0, SYNTAX, "1:4:4", 'invalid escape near \'"\\q\''),
    (b'["\\u', 0, SYNTAX, "1:4:4", 'invalid escape near \'"\\u\''),
    (b'["\\u12', 0, SYNTAX, "1:6:6", 'invalid escape near \'"\\u12\''),
    (b'["\\u12g4"]', 0, SYNTAX, "1:7:7", 'invalid escape near \'"\\u12g\''),
    (b'["\\u123"]', 0, SYNTAX, "1:8:8", 'invalid escape near \'"\\u123"\''),
    (b'["\\uD800"]', 0, SYNTAX, "1:9:9", 'invalid Unicode \'\\uD800\' near \'"\\uD800"\''),
    (b'["\\ud800\\u0041"]', 0, SYNTAX, "1:15:15", 'invalid Unicode \'\\uD800\\u0041\' near \'"\\ud800\\u0041"\''),
    (b'["\\udbff\\udbff"]', 0, SYNTAX, "1:15:15", 'invalid Unicode \'\\uDBFF\\uDBFF\' near \'"\\udbff\\udbff"\''),
    (b'["\\udc00"]', 0, SYNTAX, "1:9:9", 'invalid Unicode \'\\uDC00\' near \'"\\udc00"\''),
    (b'["\\uDFFF"]', 0, SYNTAX, "1:9:9", 'invalid Unicode \'\\uDFFF\' near \'"\\uDFFF"\''),
    (b'["\\ud800\\n"]', 0, SYNTAX, "1:11:11", 'invalid Unicode \'\\uD800\' near \'"\\ud800\\n"\''),
    (b'["\\uD83D\\u"]', 0, SYNTAX, "1:11:11", 'invalid escape near \'"\\uD83D\\u"\''),
    (b"[01]", 0, SYNTAX, "1:2:2", "invalid token near '0'"),
    (b"[00]", 0, SYNTAX, "1:2:2", "invalid token near '0'"),
    (b"[-]", 0, SYNTAX, "1:2:2", "invalid token near '-'"),
    (b"[-a]", 0, SYNTAX, "1:2:2", "invalid token near '-'"),
    (b"[-\n1]", 0, SYNTAX, "1:2:2", "invalid token near '-'"),
    (b"[-01]", 0, SYNTAX, "1:3:3", "invalid token near '-0'"),
    (b"[1.]", 0, SYNTAX, "1:3:3", "invalid token near '1.'"),
    (b"[1.a]", 0, SYNTAX, "1:3:3", "invalid token near '1.'"),
    (b"[.5]", 0, SYNTAX, "1:2:2", "invalid token near '.'"),
    (b"[+1]", 0, SYNTAX, "1:2:2", "invalid token near '+'"),
    (b"[1e]", 0, SYNTAX, "1:3:3", "invalid token near '1e'"),
    (b"[1e+]", 0, SYNTAX, "1:4:4", "invalid token near '1e+'"),
    (b"[1e-]", 0, SYNTAX, "1:4:4", "invalid token near '1e-'"),
    (b"[1ea]", 0, SYNTAX, "1:3:3", "invalid token near '1e'"),
    (b"[1.5E]", 0, SYNTAX, "1:5:5", "invalid token near '1.5E'"),
    (b"[1.5.5]", 0, SYNTAX, "1:5:5", "']' expected near '.'"),
    (b"[1e5.5]", 0, SYNTAX, "1:5:5", "']' expected near '.'"),
    (b"[0x1]", 0, SYNTAX, "1:3:3", "']' expected near 'x'"),
    (b"[1a]", 0, SYNTAX, "1:3:3", "']' expected near 'a'"),
    (b"[1\xc3\xa9]", 0, SYNTAX, "1:3:4", "']' expected near 'é'"),
    (b"[-1\xe2\x82\xac]", 0, SYNTAX, "1:4:6", "']' expected near '€'"),
    (b"[1e1\xf0\x9f\x98\x80]", 0, SYNTAX, "1:5:8", "']' expected near '😀'"),
    (b"[1.\xc3\xa9]", 0, SYNTAX, "1:3:3", "invalid token near '1.'"),
    (b"[\xc3\xa9]", 0, SYNTAX, "1:2:3", "invalid token near 'é'"),
    (b"[\xe2\x82\xac]", 0, SYNTAX, "1:2:4", "invalid token near '€'"),
    (b"[\xf0\x9f\x98\x80]", 0, SYNTAX, "1:2:5", "invalid token near '😀'"),
    (b'{"\xc3\xa9":\xc3\xa9}', 0, SYNTAX, "1:6:8", "invalid token near 'é'"),
    (b'["\xc3\xa9" x]', 0, SYNTAX, "1:6:7", "']' expected near 'x'"),
    (b'["\xe2\x82\xac\xf0\x9f\x98\x80",\n"\xc3\xa9" 1]', 0, SYNTAX, "2:5:18", "']' expected near '1'"),
    (b'["a\x00"]', 0, SYNTAX, "1:3:3", 'control character 0x0 near \'"a\''),
    (b"[tr\xc3\xa9]", 0, SYNTAX, "1:3:3", "invalid token near 'tr'"),
    (b"[@]", 0, SYNTAX, "1:2:2", "invalid token near '@'"),
    (b"['a']", 0, SYNTAX, "1:2:2", "invalid token near '''"),
    (b"[/]", 0, SYNTAX, "1:2:2", "invalid token near '/'"),
    (b"[1,\r\n\tx]", 0, SYNTAX, "2:2:7", "invalid token near 'x'"),
    (b"[Zz]", 0, SYNTAX, "1:3:3", "invalid token near 'Zz'"),
    (b"[z{]", 0, SYNTAX, "1:2:2", "invalid token near 'z'"),
    (b"[`]", 0, SYNTAX, "1:2:2", "invalid token near '`'"),
    (b"[[1],[2,[3}]]", 0, SYNTAX, "1:11:11", "']' expected near '}'"),
    (b'"\xc3\xa9\n', 0, SYNTAX, "1:2:3", 'unexpected newline near \'"é\''),
    (b"x", 4, SYNTAX, "1:1:1", "invalid token near 'x'"),
    (b"tru", 4, SYNTAX, "1:3:3", "invalid token near 'tru'"),
    (b"1e", 4, SYNTAX, "1:2:2", "invalid token near '1e'"),
    (b"x", 2, SYNTAX, "1:1:1", "'[' or '{' expected near 'x'"),
    (b"1", 2, SYNTAX, "1:1:1", "'[' or '{' expected near '1'"),
    (b"[-99999999999999999999e", 8, SYNTAX, "1:23:23", "invalid token"),
    (b'["\\ud800"]', 16, SYNTAX, "1:9:9", 'invalid Unicode \'\\uD800\' near \'"\\ud800"\''),
    (b"[01]", 8, SYNTAX, "1:2:2", "invalid token near '0'"),
    (b"[1.]", 8, SYNTAX, "1:3:3", "invalid token near '1.'"),
    (b"[-]", 8, SYNTAX, "1:2:2", "invalid token near '-'"),
    (b'["\\u0000"]', 0, NUL, "1:9:9", '\\u0000 is not allowed without JSON_ALLOW_NUL near \'"\\u0000"\''),
    (b'["a\\u0000b"]', 0, NUL, "1:11:11", '\\u0000 is not allowed without JSON_ALLOW_NUL near \'"a\\u0000b"\''),
    (b'{"\\u0000":1}', 0, NUL_IN_KEY, "1:9:9", 'NUL byte in object key not supported near \'"\\u0000"\''),
    (b'{"a\\u0000":1}', 0, NUL_IN_KEY, "1:10:10", 'NUL byte in object key not supported near \'"a\\u0000"\''),
    (b'{"\\u0000":1}', 16, NUL_IN_KEY, "1:9:9", 'NUL byte in object key not supported near \'"\\u0000"\''),
    (b'{"a":1,"a":2}', 1, TWICE, "1:10:10", 'duplicate object key near \'"a"\''),
    (b'{"a":1,"b":{"a":1},"a"', 1, TWICE, "1:22:22", 'duplicate object key near \'"a"\''),
    (b'[{"b":1,\n"a":1,"b":2}]', 1, TWICE, "2:9:18", 'duplicate object key near \'"b"\''),
    (b"[9223372036854775808]", 0, OVERFLOW, "1:20:20", "too big integer near '9223372036854775808'"),
    (b"[-9223372036854775809]", 0, OVERFLOW, "1:21:21", "too big negative integer near '-9223372036854775809'"),
    (b"[1e309]", 0, OVERFLOW, "1:6:6", "real number overflow near '1e309'"),
    (b"[-1e309]", 0, OVERFLOW, "1:7:7", "real number overflow near '-1e309'"),
    (b"[1,\n 1E400]", 0, OVERFLOW, "2:6:10", "real number overflow near '1E400'"),
    (b"[99999999999999999999999]", 0, OVERFLOW, "1:24:24", "too big integer"),
    (b"[ 1e99999,", 0, OVERFLOW, "1:9:9", "real number overflow near '1e99999'"),
    (b"[1e309]", 8, OVERFLOW, "1:6:6", "real number overflow near '1e309'"),
    (b"[1" + b"0" * 200 + b"e200]", 8, OVERFLOW, "1:206:206", "real number overflow"),
)  # fmt: skip


def _wrong(row: tuple[bytes, int, int, str, str]) -> bytes:
    """Return the flags, the line, column, position and code, the length of the message, the message and the text."""
    text, flags, code, place, message = row
    said = message.encode()
    return _bytes(flags, *map(int, place.split(":")), code, len(said), said, text)


wrong = st.sampled_from(WRONG).map(_wrong)

# ------------------------------------------------------------ formats

PACKED: tuple[tuple[str, str, str], ...] = (
    # format; which text and which other text, of "ab" or "cd", "", a byte that is no UTF-8, and NULL, and the number;
    # what is packed, or the code of the error and its line, column and position in the format
    ("[ssI]", "002", '["ab","cd",2]'),
    ("[ssI]", "022", "5:1:3:3"),
    ("[ssI]", "032", "12:1:3:3"),
    ("[ssI]", "102", '["","cd",2]'),
    ("[ssI]", "202", "5:1:2:2"),
    ("[ssI]", "302", "12:1:2:2"),
    ("{s:s}", "002", '{"ab":"cd"}'),
    ("{s:s}", "022", "5:1:4:4"),
    ("{s:s}", "032", "12:1:4:4"),
    ("{s:s}", "102", '{"":"cd"}'),
    ("{s:s}", "202", "5:1:2:2"),
    ("{s:s}", "302", "12:1:2:2"),
    ("[ssi]", "002", '["ab","cd",2]'),
    ("[ssf]", "002", '["ab","cd",0.5]'),
    ("[s+]", "002", '["abcd"]'),
    ("[s+]", "022", "5:1:3:3"),
    ("[s+]", "032", "12:1:3:3"),
    ("[s+]", "102", '["cd"]'),
    ("[s+]", "202", "5:1:3:3"),
    ("[s+]", "302", "12:1:2:2"),
    ("s+", "002", '"abcd"'),
    ("[s+#]", "002", '["abcd"]'),
    ("s+#", "002", '"abcd"'),
    ("s+#", "021", "5:1:3:3"),
    ("s+#", "102", '"cd"'),
    ("s+#", "202", "5:1:3:3"),
    ("s+#", "302", "12:1:1:1"),
    ("s+%", "002", '"abcd"'),
    ("{s+:i}", "002", '{"abcd":2}'),
    ("{s+:i}", "022", "5:1:3:3"),
    ("{s+:i}", "032", "12:1:3:3"),
    ("{s+:i}", "102", '{"cd":2}'),
    ("{s+:i}", "202", "5:1:3:3"),
    ("{s+:i}", "302", "12:1:2:2"),
    ("{s+:n}", "002", '{"abcd":null}'),
    ("{s:s?}", "002", '{"ab":"cd"}'),
    ("{s:s?}", "022", "5:1:5:5"),
    ("{s:s?}", "032", '{"ab":null}'),
    ("{s:s?}", "102", '{"":"cd"}'),
    ("{s:s?}", "202", "5:1:2:2"),
    ("{s:s?}", "302", "12:1:2:2"),
    ("{s:s*}", "002", '{"ab":"cd"}'),
    ("{s:s*}", "022", "5:1:5:5"),
    ("{s:s*}", "032", "{}"),
    ("{s:s*}", "102", '{"":"cd"}'),
    ("{s:s*}", "202", "5:1:2:2"),
    ("{s:s*}", "302", "12:1:2:2"),
    ("[s?s]", "002", '["ab","cd"]'),
    ("[s?s]", "022", "5:1:4:4"),
    ("[s?s]", "032", "12:1:4:4"),
    ("[s?s]", "102", '["","cd"]'),
    ("[s?s]", "202", "5:1:3:3"),
    ("[s?s]", "302", '[null,"cd"]'),
    ("[s*s*I]", "002", '["ab","cd",2]'),
    ("[s*s*I]", "022", "5:1:5:5"),
    ("[s*s*I]", "032", '["ab",2]'),
    ("[s*s*I]", "102", '["","cd",2]'),
    ("[s*s*I]", "202", "5:1:3:3"),
    ("[s*s*I]", "302", '["cd",2]'),
    ("[s?s?]", "002", '["ab","cd"]'),
    ("{s:[sI]}", "002", '{"ab":["cd",2]}'),
    ("{s:{s:I}}", "002", '{"ab":{"cd":2}}'),
    ("{s:{s:I}}", "022", "5:1:5:5"),
    ("{s:{s:I}}", "032", "12:1:5:5"),
    ("{s:{s:I}}", "102", '{"":{"cd":2}}'),
    ("{s:{s:I}}", "202", "5:1:2:2"),
    ("{s:{s:I}}", "302", "12:1:2:2"),
    ("[[[ss]]]", "002", '[[["ab","cd"]]]'),
    ("{ss}", "002", '{"ab":"cd"}'),
    ("{s s}", "002", '{"ab":"cd"}'),
    ("[s,s]", "002", '["ab","cd"]'),
    (" [ s\t:,s ]", "002", '["ab","cd"]'),
    (" [ s\t:,s ]", "022", "5:1:8:8"),
    (" [ s\t:,s ]", "032", "12:1:8:8"),
    (" [ s\t:,s ]", "102", '["","cd"]'),
    (" [ s\t:,s ]", "202", "5:1:4:4"),
    (" [ s\t:,s ]", "302", "12:1:4:4"),
    ("[s\ns\n x]", "002", "9:3:2:7"),
    ("[s\n s]x", "002", "9:2:4:7"),
    ("[ssi]x", "002", "9:1:6:6"),
    ("{s", "002", "9:1:3:3"),
    ("{s:", "002", "9:1:4:4"),
    ("{s:s", "002", "9:1:5:5"),
    ("[s", "002", "9:1:3:3"),
    ("[ss", "002", "9:1:4:4"),
    ("x", "002", "9:1:1:1"),
    ("[x]", "002", "9:1:2:2"),
    ("{x:s}", "002", "9:1:2:2"),
    ("{n:s}", "002", "9:1:2:2"),
    ("{s:x}", "002", "9:1:4:4"),
    ("[ssN]", "002", "9:1:4:4"),
    ("[s}", "002", "9:1:3:3"),
    ("{s:s]", "002", "9:1:5:5"),
    ("]", "002", "9:1:1:1"),
    ("}", "002", "9:1:1:1"),
    ("s?+", "002", "9:1:2:2"),
    ("[s?+]", "002", "9:1:3:3"),
    ("[s?#]", "002", "9:1:3:3"),
    ("[s*%]", "002", "9:1:3:3"),
    ("f", "002", "0.5"),
    ("[f]", "002", "[0.5]"),
    ("{s:f}", "002", '{"ab":0.5}'),
    ("{s:f,x}", "002", "9:1:6:6"),
    ("[sb", "002", "9:1:4:4"),
    ("n", "002", "null"),
    ("[n]", "002", "[null]"),
    ("{s:n}", "002", '{"ab":null}'),
    ("[]", "002", "[]"),
    ("{}", "002", "{}"),
    ("[[]{}]", "002", "[[],{}]"),
    ("[ssb]", "002", '["ab","cd",true]'),
    ("[]]", "002", "9:1:3:3"),
    ("{}x", "002", "9:1:3:3"),
    ("[n]n", "002", "9:1:4:4"),
    ("{s:[s{}]}", "002", '{"ab":["cd",{}]}'),
    ("[s,\n{s:}]", "002", "9:2:4:8"),
    ("{s:s,}", "002", '{"ab":"cd"}'),
    ("{s:[}", "002", "9:1:5:5"),
    ("[ssIf]", "002", '["ab","cd",2,0.5]'),
    ("[fssi]", "002", '[0.5,"ab","cd",2]'),
    ("[fssi]", "022", "5:1:4:4"),
    ("[fssi]", "032", "12:1:4:4"),
    ("[fssi]", "102", '[0.5,"","cd",2]'),
    ("[fssi]", "202", "5:1:3:3"),
    ("[fssi]", "302", "12:1:3:3"),
    ("[+]", "002", "9:1:2:2"),
    ("[#]", "002", "9:1:2:2"),
    ("[s*]", "002", '["ab"]'),
    ("s*", "002", '"ab"'),
    ("s*", "022", '"ab"'),
    ("s*", "032", '"ab"'),
    ("s*", "102", '""'),
    ("s*", "202", "5:1:2:2"),
    ("[s?]", "002", '["ab"]'),
    ("[s?]", "022", '["ab"]'),
    ("[s?]", "032", '["ab"]'),
    ("[s?]", "102", '[""]'),
    ("[s?]", "202", "5:1:3:3"),
    ("[s?]", "302", "[null]"),
    ("{s:[s*]}", "002", '{"ab":["cd"]}'),
    ("{s:[s*]}", "022", "5:1:6:6"),
    ("{s:[s*]}", "032", '{"ab":[]}'),
    ("{s:[s*]}", "102", '{"":["cd"]}'),
    ("{s:[s*]}", "202", "5:1:2:2"),
    ("{s:[s*]}", "302", "12:1:2:2"),
    ("{s?:s}", "002", "9:1:3:3"),
    ("[ssiI", "002", "9:1:6:6"),
    ("[ss]]", "002", "9:1:5:5"),
)  # fmt: skip
pack_formats = st.sampled_from(sorted({row[0] for row in PACKED if not set(row[0]) & set("#%")}))


def _packed(row: tuple[str, str, str]) -> bytes:
    """Return the arguments, code, line, column, position, the length of the format, the format and the JSON."""
    fmt, of, result = row
    failed = list(map(int, result.split(":"))) if re.fullmatch("[0-9]+(:[0-9]+){3}", result) else [0] * 4
    return _bytes(*map(int, of), *failed, len(fmt), fmt.encode(), b"" if failed[0] else result.encode())


packed = st.sampled_from(PACKED).map(_packed)


class _RefusedError(Exception):
    """The code of an error, and the token at which it is."""


_Token = tuple[str, int, int, int]


def _tokens(fmt: str) -> list[_Token]:
    """Return each character that counts with its line, column and position; a NUL is the end."""
    tokens, line, column = [], 1, 0
    for position, sign in enumerate(fmt + "\0", 1):
        line, column = (line + 1, 0) if sign == "\n" else (line, column + 1)
        if sign not in " \t\n,:":
            tokens.append((sign, line, column, position))
    return tokens


_types = {dict: "{", list: "[", str: "s", bool: "b", int: "iI", float: "f", type(None): "n"}


class _Unpacking:
    """What `json_unpack_ex` documents, for one number and one real, where each key is "a"."""

    def __init__(self, fmt: str, flags: int) -> None:
        self.tokens, self.at, self.flags = _tokens(fmt), 0, flags
        self.number, self.real = 55, 0.5

    @property
    def sign(self) -> str:
        return self.tokens[self.at][0]

    def refused(self, code: int) -> _RefusedError:
        return _RefusedError(code, *self.tokens[self.at][1:])

    def all_of(self, doc: object) -> None:
        self.value(doc)
        self.at += 1
        if self.sign != "\0":
            raise self.refused(9)

    def value(self, doc: object) -> None:
        sign = self.sign
        if sign in "{[":
            if doc is not Ellipsis and _types[type(doc)] != sign:
                raise self.refused(10)
            self.members(doc, sign == "{")
        elif sign in "iIbfFn":
            fits = ("f", "iI") if sign == "F" else ("iI",) if sign in "iI" else (sign,)
            if doc is not Ellipsis and _types[type(doc)] not in fits:
                raise self.refused(10)
            if doc is not Ellipsis and sign != "n" and not self.flags & 1:
                assert isinstance(doc, (int, float))
                if sign in "fF":
                    self.real = float(doc)
                else:
                    self.number = int(doc)
        else:
            raise self.refused(9)

    def members(self, doc: object, keyed: bool) -> None:
        """Unpack what an array or object has; an ellipsis stands for one that is not there."""
        strict, optional, count, seen = "", False, 0, set()
        self.at += 1
        while self.sign != ("}" if keyed else "]"):
            if strict or self.sign == "\0":
                raise self.refused(9)
            if self.sign in "!*":
                strict = self.sign
            elif keyed:
                if self.sign != "s":
                    raise self.refused(9)
                self.at += 1
                if self.sign == "?":
                    optional = True
                    self.at += 1
                here = doc.get("a", Ellipsis) if isinstance(doc, dict) else doc
                if here is Ellipsis and isinstance(doc, dict) and self.tokens[self.at - 1][0] != "?":
                    raise self.refused(16)
                self.value(here)
                seen.add("a")
            else:
                if self.sign not in "{[siIbfFOon":
                    raise self.refused(9)
                if isinstance(doc, list) and count >= len(doc):
                    raise self.refused(17)
                self.value(doc[count] if isinstance(doc, list) else doc)
                count += 1
            self.at += 1
        if strict == "!" or (not strict and self.flags & 2):
            left = (
                set(doc) - seen if isinstance(doc, dict) else len(doc) - count if isinstance(doc, list) else 0
            )
            if left:
                raise self.refused(7)
        assert optional in (True, False)


UNPACKED = (
    *(
        "{s:i} {s:I} {s:b} {s?b} {s?I} {s?i*} {s:n} {s?n!} {s:[I]} {s:[I!]} {s:[I*]} {s:I!} {s:I*} {s?I!} "
        "{s?[I!]} {s:[IF]} {s:[If]} {s:[IF!]} {s:[iF*]} {s:[I[]{}]} {s:[I[!]{!}!]} {s:x} {s:[x]} {s:I}x {s:I "
        "{s:[I {s {!s:I} {*s:I} {s:[!I]} {s:[*I]} {x} {s?:I} {!} {*} {} [] [!] n {s:[In]} {s:[bF]} {s:{}} "
        "{s:{!}} {s:{*}} {s:[]} {s:[!]} [{!}] [[]{}] [[]{}!] [n] [n!] [ [n} ] } {s:i] {s:I!!} [!!] {{ {s?[i]} "
        "{s?{!}} {s?[!]!} x ! * {s:[[i][F]]} {s:[[i!][F!]!]} {s:[{}I!]} {s?[{}i]!}"
    ).split(),
    "{ s : I }",
    "{s\n:I\n !}",
    "{s:[\n i\n\tF !\n]}",
    "{s:i}\n x",
    " [ ] ",
    "{s:[i,\n  F]}",
    "\n{s}",
)
_unpacked_docs = st.recursive(
    st.sampled_from((None, True, False, 1, 7, 255, 0.5, 1.5, "t")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("aab"), inner, max_size=2),
    max_leaves=3,
)
_like = st.sampled_from(
    (
        {"a": 1}, {"a": True}, {"a": None}, {"a": [1, 2.5]}, {"a": [1, 2]}, {"a": 1.5}, {"b": 1},
        {"a": 7, "b": 2, "c": 3}, {"a": {"x": 1}}, [], {"a": "t"}, {"a": False}, {"a": []}, {"a": [9, [], {}]},
        {}, {"a": [True, 3]}, {"a": [5, None]}, [None], [{}], {"a": {}}, {"a": {"a": 3}}, {"a": [[3], [1.5]]},
        {"a": [{}, 2.5]}, {"a": [{}, 2]}, [[], {}], {"a": [1, 2.5, 3]}, {"a": {"a": 3, "b": 4}},
        {"a": [[3, 4], [1.5]]}, {"b": 1, "c": 2},
    )
)  # fmt: skip
unpack_formats = st.sampled_from(UNPACKED)


def _unpacked(of: tuple[object, str, int]) -> bytes:
    """Return what is expected in eight bytes, the length of the format, the format, and the text.

    The bytes: the result, flags, number, twice the real, the code of the error, line, column and position.
    """
    doc, fmt, flags = of
    run, failed = _Unpacking(fmt, flags), (0, 0, 0, 0)
    try:
        run.all_of(doc)
    except _RefusedError as error:
        failed = error.args
    text = json.dumps(doc, separators=(",", ":")).encode()
    held = _bytes(1 if failed[0] else 0, flags, run.number, int(run.real * 2), *failed)
    return held + _bytes(len(fmt), fmt.encode(), text)


unpacked = st.tuples(_like | _like | _unpacked_docs, unpack_formats, st.sampled_from((0, 0, 1, 2, 3))).map(
    _unpacked
)
"""Formats, what they find in a text, and where they are wrong or the text is."""
