"""Texts for `yaml.contract.yaml` that are written by hand: what each has in it, or how it fails.

The values of `LOADED` are those of the specification, chapter by chapter; `FAILING` has the message, and the places of
the problem and of its context as line and column.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import yaml_texts
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = str | list["Value"] | dict[str, "Value"]

LOADED: tuple[tuple[str, Value], ...] = (
    # White space and ends of lines
    ("a:\tb\t\n", {"a": "b"}),
    ("a :\t'b'\t# c\n", {"a": "b"}),
    ("[\ta,\t'b'\t]", ["a", "b"]),
    ("'a\tb'", "a\tb"),
    ("a\tb", "a\tb"),
    ("a \t \n \t b", "a b"),
    ("a\r\nb\r\n", "a b"),
    ("a\rb\r", "a b"),
    ("a\x85b", "a b"),
    ("a\u2028b", "a\u2028b"),
    ("a\u2029 b", "a\u2029b"),
    ("a\r\n\r\nb", "a\nb"),
    ("a\r\rb", "a\nb"),
    ("a\n\u2028b", "a\u2028b"),
    ("- a\r\n- b\r- c\n", ["a", "b", "c"]),
    ("|\r\n a\r\n b\r\n", "a\nb\n"),
    ("|\r a\r b\r", "a\nb\n"),
    ("|\n a\x85 b\x85", "a\nb\n"),
    ("|\n a\u2028 b\u2029", "a\u2028b\u2029"),
    ("'a\r\n\r\n b'", "a\nb"),
    # Comments
    ("# a\n\n  # b\nc # d\n#e", "c"),
    ("a#b", "a#b"),
    ("a #b", "a"),
    ("'a' #b", "a"),
    ("- a # b\n#c\n  # d\n- e", ["a", "e"]),
    ("[a, # b\n c#d, #e\n f]", ["a", "c#d", "f"]),
    ("a: # b\n  c", {"a": "c"}),
    ("| # a\n # b\n", "# b\n"),
    ("|\n a\n# b\n", "a\n"),
    # Plain scalars
    ("-a", "-a"),
    ("?a", "?a"),
    (":a", ":a"),
    ("-", [""]),
    ("--", "--"),
    ("---a", "---a"),
    ("--- a", "a"),
    ("---\ta", "a"),
    ("---\n", ""),
    ("...a", "...a"),
    (" --- a", "--- a"),
    ("a\n ---\n b", "a --- b"),
    ("a\n ...", "a ..."),
    ("a:b", "a:b"),
    ("a: b:c", {"a": "b:c"}),
    ("a::", {"a:": ""}),
    ("[a:b]", ["a:b"]),
    ("[a: b]", [{"a": "b"}]),
    ("[-a, -1]", ["-a", "-1"]),
    (
        "[a-b, a?b, a!b, a&b, a*b, a|b, a>b, a%b, a@b]",
        ["a-b", "a?b", "a!b", "a&b", "a*b", "a|b", "a>b", "a%b", "a@b"],
    ),
    ("a,b[c]{d}", "a,b[c]{d}"),
    ("a'b\"c", "a'b\"c"),
    ("a\n\n\nb", "a\n\nb"),
    ("a\n  \n b\nc", "a\nb c"),
    ("k: a\n b\n  c", {"k": "a b c"}),
    ("k: a\n b\nl: d", {"k": "a b", "l": "d"}),
    ("null", "null"),
    ("[\ufeffa]", ["\ufeffa"]),
    ("|\n  \n   a\n", "\na\n"),
    ("- |\n  \n   a\n", ["\na\n"]),
    ("a: \ufeffb", {"a": "\ufeffb"}),
    ("a\ufeffb", "a\ufeffb"),
    ("- '\ufeff'\n- \"\ufeff\"", ["\ufeff", "\ufeff"]),
    (
        "[\U0010ffff, \U00010000, \U00090000, \U000fffff]",
        ["\U0010ffff", "\U00010000", "\U00090000", "\U000fffff"],
    ),
    (
        "[\ud7ff, \ue000, \ufffd, \xa0, \u0800, \u07ff]",
        ["\ud7ff", "\ue000", "\ufffd", "\xa0", "\u0800", "\u07ff"],
    ),
    ("\u20ac\U0001f600", "\u20ac\U0001f600"),
    # Quoted scalars
    ("''", ""),
    ("''''", "'"),
    ("'a''b'", "a'b"),
    ("'\"\\n'", '"\\n'),
    ("'a\n b'", "a b"),
    ("' a \n\n b '", " a\nb "),
    ("'\n'", " "),
    ("'a\n\n\n b'", "a\n\nb"),
    ('""', ""),
    ('"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\\\\\/"', '\0\a\b\t\n\v\f\r\x1b "\\/'),
    ('"\\N\\_\\L\\P"', "\x85\xa0\u2028\u2029"),
    ('"\\x41\\xe9\\xFF"', "A\xe9\xff"),
    ('"\\u0041\\u20ac\\uD7FF\\uE000\\uffff"', "A\u20ac\ud7ff\ue000\uffff"),
    ('"\\U0001F600\\U0010fFfF\\U00000041"', "\U0001f600\U0010ffffA"),
    ('"\\x7f\\x80\\u07ff\\u0800\\U00010000"', "\x7f\x80\u07ff\u0800\U00010000"),
    ('"\\\t"', "\t"),
    ('"a\\\n  b"', "ab"),
    ('"a \\\n  b"', "a b"),
    ('"a\\\n  \\ b"', "a b"),
    ('"a\\\n\n  b"', "a\nb"),
    ('"a  \n  b"', "a b"),
    ('"a\\n  \n  b"', "a\n b"),
    ('" a\n\n\n b "', " a\n\nb "),
    ('"\n"', " "),
    ('"a\r\nb\\\r\nc"', "a bc"),
    ('"a\\\x85b"', "ab"),
    ("{'a':b, \"c\":d, 'e' : f}", {"a": "b", "c": "d", "e": "f"}),
    ("['a':b]", [{"a": "b"}]),
    # Block scalars
    ("|\n", ""),
    ("|", ""),
    ("|-\n\n", ""),
    ("|+\n\n\n", "\n\n"),
    ("|\n\n\n", ""),
    ("|\n a", "a"),
    ("|\n a\n", "a\n"),
    ("|\n a\n\n\n", "a\n"),
    ("|-\n a\n\n", "a"),
    ("|+\n a\n\n", "a\n\n"),
    ("|+\n a", "a"),
    ("|\n\n\n a\n", "\n\na\n"),
    ("|\n \n  a\n", "\na\n"),
    ("|\n  a\n   b\n  c\n", "a\n b\nc\n"),
    ("|1\n a\n", "a\n"),
    ("|2\n   a\n  b\n", " a\nb\n"),
    ("|2-\n   a\n", " a"),
    ("|-2\n   a\n", " a"),
    ("|+1\n  a\n\n", " a\n\n"),
    ("|1+\n  a\n\n", " a\n\n"),
    ("|9\n          a\n", " a\n"),
    ("k: |1\n  a\n", {"k": " a\n"}),
    ("- |1\n  a\n", [" a\n"]),
    ("k: |\n a\nl: b", {"k": "a\n", "l": "b"}),
    ("- |\n a\n-\n b", ["a\n", "b"]),
    ("|\n a \n  \n b\n", "a \n \nb\n"),
    ("|\n a\n...\n", "a\n"),
    ("|\n --- a\n ... b\n", "--- a\n... b\n"),
    (">\n a\n b\n", "a b\n"),
    (">\n a\n\n b\n", "a\nb\n"),
    (">\n a\n\n\n b\n", "a\n\nb\n"),
    (">\n a\n  b\n c\n", "a\n b\nc\n"),
    (">\n a\n\n  b\n\n c\n", "a\n\n b\n\nc\n"),
    (">\n a\n \tb\n c\n", "a\n\tb\nc\n"),
    (">\n  a\n  b\n   * c\n\n   * d\n  e\n", "a b\n * c\n\n * d\ne\n"),
    (">\n\n a\n b\n", "\na b\n"),
    (">-\n a\n b\n\n", "a b"),
    (">+\n a\n b\n\n", "a b\n\n"),
    (">2\n   a\n  b\n", " a\nb\n"),
    (">\n a \n b\n", "a  b\n"),
    (">\n a\u2028 b\n", "a\u2028b\n"),
    # Block collections
    ("- - a\n  - b\n- - c", [["a", "b"], ["c"]]),
    ("-\n - a\n- b", [["a"], "b"]),
    ("- - - a\n    - b\n  - c", [[["a", "b"], "c"]]),
    ("- a: b\n  c: d\n- e: f", [{"a": "b", "c": "d"}, {"e": "f"}]),
    ("a:\n- b\n- c\nd: e", {"a": ["b", "c"], "d": "e"}),
    ("a:\n  - b\n  -\n  - c\n", {"a": ["b", "", "c"]}),
    ("a:\n-\n- b\n-\n", {"a": ["", "b", ""]}),
    ("a:\n  b:\n    c: d\n  e: f\ng: h", {"a": {"b": {"c": "d"}, "e": "f"}, "g": "h"}),
    ("a:\nb:\n", {"a": "", "b": ""}),
    ("? a\n: b\n? c\n", {"a": "b", "c": ""}),
    ("? a\n:\n? b\n:  c", {"a": "", "b": "c"}),
    ("? |\n  a\n: - b\n", {"a\n": ["b"]}),
    ("? a\nb: c", {"a": "", "b": "c"}),
    ("'a b': c", {"a b": "c"}),
    ('"a" : c', {"a": "c"}),
    # Flow collections
    ("[]", []),
    ("{}", {}),
    ("[ ]", []),
    ("[[], {}, [a]]", [[], {}, ["a"]]),
    ("[a, ]", ["a"]),
    ("{a: b, }", {"a": "b"}),
    ("{a, b: c}", {"a": "", "b": "c"}),
    ("{? a, ? b : c}", {"a": "", "b": "c"}),
    ("{? a : b}", {"a": "b"}),
    ("[? a : b, c]", [{"a": "b"}, "c"]),
    ("[? a : , b]", [{"a": ""}, "b"]),
    ("[a,\nb\nc,\n\n d]", ["a", "b c", "d"]),
    ("{a:\n b,\n c:\n\n d}", {"a": "b", "c": "d"}),
    ("{a: [b, {c: d}], e: {}}", {"a": ["b", {"c": "d"}], "e": {}}),
    ("a: [b,\n c]\nd: {e:\n f}", {"a": ["b", "c"], "d": {"e": "f"}}),
    ("- [a]\n- {b: c}", [["a"], {"b": "c"}]),
    ("[a b, c  d]", ["a b", "c  d"]),
    # Properties
    ("&a b", "b"),
    ("- &a-1_Z b\n- c", ["b", "c"]),
    ("!!str a", "a"),
    ("! a", "a"),
    ("!<tag:yaml.org,2002:str> a", "a"),
    ("&a\n b", "b"),
    ("!!str\n b", "b"),
    ("&a !!map\nb: c", {"b": "c"}),
    ("!!seq\n- a", ["a"]),
    ("- !!str\n- &a\n- b", ["", "", "b"]),
    ("a: &b\nc: !!str\n", {"a": "", "c": ""}),
    ("&a a: &b b", {"a": "b"}),
    # Streams
    ("\ufeffa", "a"),
    ("\ufeff- a\n- b", ["a", "b"]),
    ("--- |\n a\n", "a\n"),
    ("--- >\n a\n b", "a b"),
    ("---\n- a\n...", ["a"]),
    ("--- # a\nb", "b"),
    ("--- 'a\n b'\n... # c\n", "a b"),
    ("\n\n--- {}", {}),
    ("a\n---\nb", "a"),
    ("a\n...\n...\nb", "a"),
)


DIRECTED: tuple[tuple[str, str], ...] = (
    ("%TAG !y! tag:yaml.org,2002:\n--- !y!str a", '%TAG !y! tag:yaml.org,2002:\n---\n!y!str "a"\n'),
    ("%TAG ! tag:yaml.org,2002:\n--- !str a", '%TAG ! tag:yaml.org,2002:\n---\n!str "a"\n'),
    ("%TAG !! tag:yaml.org,\n--- !!2002:str a", '%TAG !! tag:yaml.org,\n---\n!!2002:str "a"\n'),
    ("%TAG !y! tag:yaml.org,2%30\n--- !y!02:st%72 a", '%TAG !y! tag:yaml.org,20\n---\n!y!02:str "a"\n'),
    ("%TAG !a! b\n%TAG !c! bd\n--- !c!e a", '%TAG !a! b\n%TAG !c! bd\n---\n!a!de "a"\n'),
    ("%TAG !a! b\n--- !a!%C3%A9%e2%82%ac a", '%TAG !a! b\n---\n!a!%C3%A9%E2%82%AC "a"\n'),
    ("%YAML 1.1\n---\na", '%YAML 1.1\n---\n!!str "a"\n'),
    ("%YAML 1.2 # b\n--- a", '%YAML 1.2\n---\n!!str "a"\n'),
    ("%YAML 1.1\n%TAG !a! !\n\n# b\n--- a", '%YAML 1.1\n%TAG !a! %21\n---\n!!str "a"\n'),
    ("!a b", '---\n!a "b"\n'),
    ("!<b> a", '---\n!<b> "a"\n'),
    ("!<a,[b]> c", '---\n!<a,[b]> "c"\n'),
    ("!<!b> [a]", '---\n!b [\n  !!str "a",\n]\n'),
    ("!!a-b_c;d/e?f:g@h&i=j+k$l.n~o*p'q(r)s%25 a", '---\n!!a-b_c;d/e?f:g@h&i=j+k$l.n~o*p\'q(r)s%25 "a"\n'),
    ("[!a , !b, !!d ]", '---\n!!seq [\n  !a "",\n  !b "",\n  !!d "",\n]\n'),
    (
        "{!a b: !c , d: !<e>, ? !f }",
        '---\n!!map {\n  ? !a "b"\n  : !c "",\n  ? !!str "d"\n  : !<e> "",\n  ? !f ""\n  : !!str "",\n}\n',
    ),
    ("[&a , &b c,*a ]", '---\n!!seq [\n  &id001 !!str "",\n  !!str "c",\n  *id001,\n]\n'),
    ("[!a,b]", '---\n!!seq [\n  !a "",\n  !!str "b",\n]\n'),
    ("!a%21 b", '---\n!a%21 "b"\n'),
    ("!!int 1", '---\n!!int "1"\n'),
    ("!!seq\n- !!null\n", '---\n!!seq [\n  !!null "",\n]\n'),
    ("- &a b\n- *a", '---\n!!seq [\n  &id001 !!str "b",\n  *id001,\n]\n'),
    ("&a [*a]", "---\n&id001 !!seq [\n  *id001,\n]\n"),
    (
        "{&a a: *a , b: &c [], *c : d}",
        (
            '---\n!!map {\n  ? &id001 !!str "a"\n  : *id001,\n  ? !!str "b"\n  : &id002 !!seq [],\n'
            '  ? *id002\n  : !!str "d",\n}\n'
        ),
    ),
)
"""Texts, and the canonical form of each, with its directives, tags and anchors."""


def _canonical(value: Value, indent: int) -> str:
    if isinstance(value, str):
        return '!!str "' + "".join(_escaped(character) for character in value) + '"'
    inner, outer = "\n" + " " * (indent + 2), "\n" + " " * indent
    if isinstance(value, list):
        items = "".join(f"{inner}{_canonical(item, indent + 2)}," for item in value)
        return "!!seq [" + (items + outer if items else "") + "]"
    pairs = "".join(
        f"{inner}? {_canonical(key, indent + 2)}{inner}: {_canonical(item, indent + 2)},"
        for key, item in value.items()
    )
    return "!!map {" + (pairs + outer if pairs else "") + "}"


_SHORT = dict(zip('\0\a\b\t\n\v\f\r\x1b"\\\x85\xa0\u2028\u2029', '0abtnvfre"\\N_LP', strict=True))


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return "\\" + _SHORT[character]
    if 0x20 <= code < 0x7F:
        return character
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def canonical(value: Value) -> bytes:
    """Return the document in the canonical form of the specification, as it follows another one."""
    return f"---\n{_canonical(value, 0)}\n".encode()


READER, SCANNER, PARSER, COMPOSER = 2, 3, 4, 5

# fmt: off
FAILING: tuple[tuple[int, str, str | None, tuple[tuple[bytes, str], ...]], ...] = (
    (READER, "control characters are not allowed", None, (
        (b"a\x00b", "1 0"),
        (b"\x01", "0 1"),
        (b"a: \x7f", "3 127"),
        (b"a\xc2\x80", "1 128"),
        (b"a\xc2\x9f", "1 159"),
        (b"\xef\xbf\xbe", "0 65534"),
        (b"\xef\xbf\xbf", "0 65535"),
        (b"a\x0b", "1 11"),
        (b"a\x1b", "1 27"),
        (b"# \x08", "2 8"),
        (b"\xff\xfe\x01\x00", "2 1"),
        (b"\xfe\xff\xff\xff", "2 65535"),
        (b"\xef\xbb\xbf\x01", "3 1"),
        (b"\xef\xbb\xbfa\x02", "4 2"),
        (b"a\xf0\x9f\x98\x80\x03", "5 3"),
        (b"\xfe\xff\xd8\x00\xdc\x00\x00\x04", "6 4"),
    )),
    (READER, "invalid leading UTF-8 octet", None, (
        (b"- \x80", "2 128"),
        (b"ab\xff", "2 255"),
        (b"\xf8\x88\x80\x80\x80", "0 248"),
    )),
    (READER, "incomplete UTF-8 octet sequence", None, (
        (b"a\xc3", "1 -1"),
        (b"a\xe2\x82", "1 -1"),
        (b"a\xf0\x9f\x98", "1 -1"),
    )),
    (READER, "invalid trailing UTF-8 octet", None, (
        (b"a\xc3(", "2 40"),
        (b"a\xe2(\xac", "2 40"),
        (b"a\xe2\x82(", "3 40"),
        (b"a\xf0\x9f\x98(", "4 40"),
    )),
    (READER, "invalid length of a UTF-8 sequence", None, (
        (b"a\xc0\x80", "1 -1"),
        (b"\xc1\xbf", "0 -1"),
        (b"\xe0\x9f\xbf", "0 -1"),
        (b"\xf0\x8f\xbf\xbf", "0 -1"),
    )),
    (READER, "invalid Unicode character", None, (
        (b"\xed\xa0\x80", "0 55296"),
        (b"\xed\xbf\xbf", "0 57343"),
        (b"\xf4\x90\x80\x80", "0 1114112"),
    )),
    (READER, "incomplete UTF-16 character", None, (
        (b"\xff\xfea\x00\x00", "4 -1"),
        (b"\xfe\xff\x00a\xd8", "4 -1"),
    )),
    (READER, "unexpected low surrogate area", None, (
        (b"\xff\xfe\x00\xdc", "2 56320"),
        (b"\xfe\xff\xdf\xff", "2 57343"),
    )),
    (READER, "expected low surrogate area", None, (
        (b"\xff\xfea\x00\x00\xd8a\x00", "6 97"),
        (b"\xfe\xff\xdb\xff\x00a", "4 97"),
    )),
    (READER, "incomplete UTF-16 surrogate pair", None, (
        (b"\xff\xfe\x00\xd8", "2 -1"),
        (b"\xfe\xff\xd8\x00\xdc", "2 -1"),
    )),
    (SCANNER, "found character that cannot start any token", "while scanning for the next token", (
        (b"@", "0:0 0:0"),
        (b"`a", "0:0 0:0"),
        (b"- @a", "0:2 0:2"),
        (b"a: %b", "0:3 0:3"),
        (b"*a%", "0:2 0:2"),
        (b"-\ta: b\n\t-", "0:1 0:1"),
        (b"-\ta", "0:1 0:1"),
        (b"\ta", "0:0 0:0"),
        (b"a:\n\tb: c", "1:0 1:0"),
    )),
    (SCANNER, "could not find expected directive name", "while scanning a directive", (
        (b"%", "0:1 0:0"),
        (b"% YAML 1.1\n---", "0:1 0:0"),
    )),
    (SCANNER, "mapping values are not allowed in this context", None, (
        (b"a: b: c", "0:4"),
        (b"a: 'b': c", "0:6"),
        (b"- a: b: c", "0:6"),
        (b"- a\n b: - c", "1:2"),
        (b"'a\nb': c", "1:2"),
        (b'"a\nb": c', "1:2"),
        (b"- a\n b: c", "1:2"),
        (b"a: b\n c: d", "1:2"),
        (b"a\n \tb: c", "1:3"),
    )),
    (SCANNER, "mapping keys are not allowed in this context", None, (
        (b"a: ? b", "0:3"),
        (b"- a: ? b", "0:5"),
    )),
    (SCANNER, "block sequence entries are not allowed in this context", None, (
        (b"a: - b", "0:3"),
    )),
    (PARSER, "did not find expected ',' or ']'", "while parsing a flow sequence", (
        (b"[a\n b: c]", "1:2 0:0"),
        (b"[a\nb\n: c]", "2:0 0:0"),
        (b"[a", "1:0 0:0"),
        (b"[a, b", "1:0 0:0"),
        (b"[a b: c", "1:0 0:0"),
        (b"[a}", "0:2 0:0"),
        (b"[a [b]]", "0:3 0:0"),
        (b"a: [b\nc: d", "1:1 0:3"),
        (b"- [a\n- b", "2:0 0:2"),
    )),
    (SCANNER, "could not find expected ':'", "while scanning a simple key", (
        (b"a: b\nc\nd: e", "2:0 1:0"),
        (b"- a\nb", "2:0 1:0"),
        (b"- a\n- b\nc", "3:0 2:0"),
        (b"- a\n-b\n- c", "2:0 1:0"),
        (b"a: b\nc: d\ne", "3:0 2:0"),
    )),
    (PARSER, "did not find expected key", "while parsing a block mapping", (
        (b"a: b\n- c", "1:0 0:0"),
        (b"a: |\n  b\n c", "2:1 0:0"),
        (b": a", "0:0 0:0"),
        (b"a:\n: c", "1:0 0:0"),
        (b"a:\n  b: c\n d: e", "2:1 0:0"),
        (b"? a: b\n : c: d", "1:1 0:0"),
    )),
    (PARSER, "did not find expected ',' or '}'", "while parsing a flow mapping", (
        (b"{a\nb\n: c}", "2:0 0:0"),
        (b"{a", "1:0 0:0"),
        (b"{a: b", "1:0 0:0"),
        (b"{a: b]", "0:5 0:0"),
        (b"{a: b c: d}", "0:7 0:0"),
        (b"{a: 'b' 'c'}", "0:8 0:0"),
    )),
    (SCANNER, "did not find expected alphabetic or numeric character", "while scanning an alias", (
        (b"*", "0:1 0:0"),
        (b"* a", "0:1 0:0"),
    )),
    (SCANNER, "did not find expected alphabetic or numeric character", "while scanning an anchor", (
        (b"&", "0:1 0:0"),
        (b"& a", "0:1 0:0"),
        (b"&a! b", "0:2 0:0"),
        (b"- &a*", "0:4 0:2"),
    )),
    (COMPOSER, "found undefined alias", None, (
        (b"[*a]]", "0:1"),
        (b"a: *b\n", "0:3"),
        (b"*a : b", "0:0"),
        (b"- &a b\n- *c", "1:2"),
        (b"[&a b, *a , *d]", "0:12"),
        (b"- *a\n- &a b", "0:2"),
    )),
    (SCANNER, "did not find expected tag URI", "while parsing a tag", (
        (b"!<", "0:2 0:0"),
        (b"!<> a", "0:2 0:0"),
        (b"!a! b", "0:3 0:0"),
        (b"!a!", "0:3 0:0"),
        (b"- !x! y", "0:5 0:2"),
    )),
    (SCANNER, "did not find the expected '>'", "while scanning a tag", (
        (b"!<a", "0:3 0:0"),
        (b"!<a b> c", "0:3 0:0"),
    )),
    (SCANNER, "did not find expected whitespace or line break", "while scanning a tag", (
        (b"!a{ b", "0:2 0:0"),
        (b"[!a{ b]", "0:3 0:1"),
        (b"{!a] b}", "0:3 0:1"),
        (b'[!!a"b"]', "0:4 0:1"),
        (b"!!a,b", "0:3 0:0"),
    )),
    (SCANNER, "did not find URI escaped octet", "while parsing a tag", (
        (b"!%", "0:1 0:0"),
        (b"!%4", "0:1 0:0"),
        (b"!%4g a", "0:1 0:0"),
        (b"!%zz a", "0:1 0:0"),
        (b"!%c3 a", "0:4 0:0"),
        (b"!%e2%82 a", "0:7 0:0"),
        (b"!<a%> b", "0:3 0:0"),
    )),
    (SCANNER, "found an incorrect leading UTF-8 octet", "while parsing a tag", (
        (b"!%ff a", "0:1 0:0"),
        (b"!%80 a", "0:1 0:0"),
    )),
    (SCANNER, "found an incorrect trailing UTF-8 octet", "while parsing a tag", (
        (b"!%c3%41 a", "0:4 0:0"),
    )),
    (PARSER, "found undefined tag handle", "while parsing a node", (
        (b"!a!b c", "0:0 0:0"),
        (b"!a!b", "0:0 0:0"),
    )),
    (SCANNER, "did not find expected version number", "while scanning a %YAML directive", (
        (b"%YAML", "0:5 0:0"),
        (b"%YAML 1.", "0:8 0:0"),
        (b"%YAML a.1", "0:6 0:0"),
    )),
    (SCANNER, "did not find expected digit or '.' character", "while scanning a %YAML directive", (
        (b"%YAML 1", "0:7 0:0"),
    )),
    (SCANNER, "did not find expected comment or line break", "while scanning a directive", (
        (b"%YAML 1.1a\n--- a", "0:9 0:0"),
        (b"%YAML 1.1 a\n---", "0:10 0:0"),
        (b"%TAG !a! b c\n---", "0:11 0:0"),
    )),
    (SCANNER, "found extremely long version number", "while scanning a %YAML directive", (
        (b"%YAML 1234567890.1\n---", "0:15 0:0"),
        (b"%YAML 1.1234567890\n---", "0:17 0:0"),
    )),
    (PARSER, "found incompatible YAML document", None, (
        (b"%YAML 2.0\n--- a", "0:0"),
        (b"%YAML 1.3\n--- a", "0:0"),
        (b"%YAML 1.0\n--- a", "0:0"),
        (b"%YAML 0.1\n--- a", "0:0"),
    )),
    (PARSER, "found duplicate %YAML directive", None, (
        (b"%YAML 1.1\n%YAML 1.1\n--- a", "1:0"),
    )),
    (PARSER, "did not find expected <document start>", None, (
        (b"%YAML 1.1\na", "1:0"),
        (b"%YAML 1.1\n...", "1:0"),
    )),
    (SCANNER, "found unknown directive name", "while scanning a directive", (
        (b"%a\n---", "0:2 0:0"),
        (b"%YAM 1.1\n---", "0:4 0:0"),
        (b"%YAML-x 1.1\n---", "0:7 0:0"),
    )),
    (SCANNER, "found unexpected non-alphabetical character", "while scanning a directive", (
        (b"%YAML! 1.1\n---", "0:5 0:0"),
    )),
    (SCANNER, "did not find expected '!'", "while scanning a tag directive", (
        (b"%TAG", "0:4 0:0"),
        (b"%TAG a b\n---", "0:5 0:0"),
    )),
    (SCANNER, "did not find expected whitespace", "while scanning a %TAG directive", (
        (b"%TAG !", "0:6 0:0"),
        (b"%TAG !a!b c\n---", "0:8 0:0"),
    )),
    (SCANNER, "did not find expected '!'", "while parsing a tag directive", (
        (b"%TAG !a b\n---", "0:7 0:0"),
    )),
    (SCANNER, "did not find expected tag URI", "while parsing a %TAG directive", (
        (b"%TAG !a! \n---", "0:9 0:0"),
    )),
    (SCANNER, "did not find URI escaped octet", "while parsing a %TAG directive", (
        (b"%TAG !a! b%\n---", "0:10 0:0"),
    )),
    (SCANNER, "did not find expected whitespace or line break", "while scanning a %TAG directive", (
        (b'%TAG !a! b"\n---', "0:10 0:0"),
    )),
    (PARSER, "found duplicate %TAG directive", None, (
        (b"%TAG !a! b\n%TAG !a! c\n--- d", "1:0"),
        (b"%TAG ! a\n%TAG ! b\n--- c", "1:0"),
        (b"%TAG !! a\n%TAG !! b\n--- c", "1:0"),
    )),
    (SCANNER, "found unexpected end of stream", "while scanning a quoted scalar", (
        (b"'a", "0:2 0:0"),
        (b'"a', "0:2 0:0"),
    )),
    (SCANNER, "found unexpected document indicator", "while scanning a quoted scalar", (
        (b"'a\n--- b'", "1:0 0:0"),
        (b'"a\n... b"', "1:0 0:0"),
        (b"'a\n---", "1:0 0:0"),
        (b'"a\n...\n', "1:0 0:0"),
    )),
    (SCANNER, "found unknown escape character", "while parsing a quoted scalar", (
        (b'"\\', "0:1 0:0"),
        (b'"a\\q"', "0:2 0:0"),
        (b'a: "b\\z"', "0:5 0:3"),
    )),
    (SCANNER, "did not find expected hexdecimal number", "while parsing a quoted scalar", (
        (b'"\\x4"', "0:3 0:0"),
        (b'"\\xg1"', "0:3 0:0"),
        (b'"\\u123"', "0:3 0:0"),
        (b'"\\u12g4"', "0:3 0:0"),
        (b'"\\U0000004"', "0:3 0:0"),
    )),
    (SCANNER, "found invalid Unicode character escape code", "while parsing a quoted scalar", (
        (b'"\\U00110000"', "0:3 0:0"),
        (b'"\\ud800"', "0:3 0:0"),
        (b'"\\uDFFF"', "0:3 0:0"),
        (b'"\\U0000D900"', "0:3 0:0"),
    )),
    (PARSER, "did not find expected '-' indicator", "while parsing a block collection", (
        (b"- 'a' 'b'", "0:6 0:0"),
        (b"-\n  - a\n - b", "2:1 0:0"),
        (b"- !!str *a", "0:8 0:0"),
    )),
    (SCANNER, "found an indentation indicator equal to 0", "while scanning a block scalar", (
        (b"|0\n a", "0:1 0:0"),
        (b"|-0\n a", "0:2 0:0"),
        (b"|+0", "0:2 0:0"),
    )),
    (SCANNER, "did not find expected comment or line break", "while scanning a block scalar", (
        (b"|10\n a", "0:2 0:0"),
        (b"|a\n", "0:1 0:0"),
        (b"| a\n", "0:2 0:0"),
        (b"|--\n", "0:2 0:0"),
        (b"|1-2\n", "0:3 0:0"),
    )),
    (SCANNER, "found a tab character where an indentation space is expected", "while scanning a block scalar", (
        (b"|\n\ta", "1:0 0:0"),
        (b"|\n \ta", "1:1 0:0"),
        (b"- |\n \t a", "1:1 0:2"),
    )),
    (SCANNER, "found a tab character that violates indentation", "while scanning a plain scalar", (
        (b"a:\n- b\n\t- c", "2:0 1:2"),
        (b"- a\n\tb", "1:0 0:2"),
    )),
    (SCANNER, "found unexpected ':'", "while scanning a plain scalar", (
        (b"[a:]", "0:2 0:1"),
        (b"[a:,b]", "0:2 0:1"),
        (b"{a:}", "0:2 0:1"),
    )),
    (PARSER, "did not find expected node content", "while parsing a flow node", (
        (b"{: a}", "0:1 0:1"),
        (b"[: a]", "0:1 0:1"),
        (b"[", "1:0 1:0"),
        (b"[}", "0:1 0:1"),
        (b"{", "1:0 1:0"),
        (b"{]", "0:1 0:1"),
        (b"[,]", "0:1 0:1"),
        (b"[a,,b]", "0:3 0:3"),
        (b"{,}", "0:1 0:1"),
        (b"{a,,b}", "0:3 0:3"),
    )),
    (PARSER, "did not find expected node content", "while parsing a block node", (
        (b"]", "0:0 0:0"),
        (b"}", "0:0 0:0"),
        (b",", "0:0 0:0"),
        (b"... a\nb", "0:0 0:0"),
    )),
    (COMPOSER, "second occurrence", "found duplicate anchor; first occurrence", (
        (b"- &a b\n- &a c", "1:2 0:2"),
        (b"&a [&a b]", "0:4 0:0"),
        (b"{&a b: &a c}", "0:7 0:1"),
    )),
)
# fmt: on
"""How a text fails: the error, the problem, its context, and where each text has them: `line:column`, or of what cannot
be read the offset and the value."""


def _long() -> Iterator[tuple[str, Value]]:
    """Yield texts that need more room than there is at first: of scalars, stacks, a queue, and a simple key."""
    long = "x" * 40
    words = " ".join("abcdefghijklmnopqrstuvwxyz"[:n] for n in range(1, 20))
    for text in (long, words):
        yield text, text
        yield f"'{text}'", text
        yield f'"{text}"', text
        yield f"|\n {text}\n {text}\n", f"{text}\n{text}\n"
        yield f">\n {text}\n {text}\n", f"{text} {text}\n"
        yield f"{text}:\n  {text}: {text}", {text: {text: text}}
    yield "'" + "''" * 20 + "'", "'" * 20
    yield '"' + "\\n" * 40 + '"', "\n" * 40
    yield '"' + "\\u20ac" * 20 + '"', "\u20ac" * 20
    yield '"' + "\\U0001F600" * 9 + '"', "\U0001f600" * 9
    for count in (14, 15, 16, 17, 18, 33):
        yield "a" + "\n" * (count + 1) + "b", "a" + "\n" * count + "b"
        yield "'a" + "\n" * (count + 1) + "b'", "a" + "\n" * count + "b"
        yield "|+\n" + "\n" * count + " a" + "\n" * count, "\n" * count + "a" + "\n" * count
        yield "a" + " " * count + "b", "a" + " " * count + "b"
        yield "'a" + " " * count + "b'", "a" + " " * count + "b"
        yield "a" * count + "\u20ac", "a" * count + "\u20ac"
        yield '"' + "a" * count + '\\u20ac"', "a" * count + "\u20ac"
        yield "[" * count + "]" * count, _nested(count)
        yield "- " * count + "a", ["a"] if count == 1 else _nested_in("a", count)
        yield "[" + "a, " * count + "]", ["a"] * count
        yield "- a\n" * count, ["a"] * count
        yield "".join(f"k{n}: a\n" for n in range(count)), {f"k{n}": "a" for n in range(count)}
        yield "{" + "".join(f"k{n}: a," for n in range(count)) + "}", {f"k{n}": "a" for n in range(count)}
        yield "".join(" " * n + f"k{n}:\n" for n in range(count)), _keys(count)
        yield "".join(f"- &{'a' * n}b a\n" for n in range(count)), ["a"] * count
    for length in (1023, 1024):
        yield "k" * length + ": a", {"k" * length: "a"}
        yield "'" + "k" * (length - 2) + "': a", {"k" * (length - 2): "a"}
        yield "{" + "k" * length + ": a}", {"k" * length: "a"}
        yield "? " + "k" * (length + 10) + "\n: a", {"k" * (length + 10): "a"}


def _nested(count: int) -> Value:
    return [] if count == 1 else [_nested(count - 1)]


def _nested_in(value: Value, count: int) -> Value:
    return value if count == 0 else [_nested_in(value, count - 1)]


def _keys(count: int, number: int = 0) -> Value:
    return {f"k{number}": _keys(count, number + 1)} if number < count else ""


_ENCODINGS = (
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
)
_BLOCK = 16384
"""libyaml reads so many bytes at a time."""


def _encoded(text: str, dice: random.Random) -> bytes:
    """Return the text in one of the encodings, now and then behind a comment that makes a block end within it."""
    text = text.removeprefix("\ufeff")
    encoding, mark = dice.choice(_ENCODINGS)
    width = 1 if encoding == "utf-8" else 2
    if dice.random() < 0.15:
        size = len(text.encode(encoding))
        padding = dice.choice((1, 2, 3)) * _BLOCK - len(mark) - 2 * width - dice.randrange(size + 1)
        text = "#" + "c" * (padding // width) + "\n" + text
    return mark + text.encode(encoding)


def _loaded() -> Iterator[tuple[str, bytes]]:
    for text, value in (*LOADED, *_long()):
        ended = b"...\n" if re.search(r"^\.\.\.(\s|$)", text, re.MULTILINE) else b""
        yield text, canonical(value) + ended
    for text, form in DIRECTED:
        yield text, form.encode()


def _may_precede(text: str) -> bool:
    """Return whether another document may follow, and a marker stand before it without another meaning."""
    begins = text.startswith(("%", "\ufeff", "---", "\n\n---")) or re.search(
        r"^(---|\.\.\.)(\s|$)", text, re.MULTILINE
    )
    block = re.search(r"[|>][-+0-9]*( #.*)?[\r\n]", text) or text == "|"
    return not begins and (text.endswith("\n") if block else not text.endswith("\r"))


_LOADED = tuple(_loaded())
_PRECEDING = tuple(row for row in _LOADED if _may_precede(row[0]))
_LAST = tuple(
    row
    for row in _LOADED
    if row[0].startswith("---")
    or not (row[0].startswith(("%", "\ufeff")) or re.search(r"^---\s", row[0], re.MULTILINE))
)
DOCUMENTS = 8
"""So many documents stand at most in a text that is loaded."""


def _stream(rows: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    """Return a text with these documents in one of the encodings, behind their number and the canonical form of all."""
    text = rows[0][0]
    for later, _ in rows[1:]:
        marker = "" if re.match(r"---\s", later) else "---\n"
        text += ("" if text.endswith("\n") else "\n") + marker + later
    return yaml_texts.case(bytes((len(rows),)) + b"".join(form for _, form in rows), _encoded(text, dice))


def _streams() -> Iterator[bytes]:
    """Yield texts of a few documents in which each of the table stands once."""
    dice = random.Random(1)
    last = [row for row in _LAST if row not in _PRECEDING]
    for row in _LOADED:
        if row not in _PRECEDING and row not in _LAST:
            yield _stream([row], dice)
    preceding = list(_PRECEDING)
    while preceding:
        rows, preceding = preceding[: DOCUMENTS - 1], preceding[DOCUMENTS - 1 :]
        yield _stream(rows + ([last.pop()] if last else []), dice)


loaded = tuple(_streams())
"""Texts in any encoding, behind the number of their documents and the canonical form of these: all are tried."""


def _place(text: str, place: str) -> bytes:
    line, column = map(int, place.split(":"))
    index = min(sum(len(passed) + 1 for passed in text.split("\n")[:line]) + column, len(text))
    return b"".join(number.to_bytes(2, "big") for number in (index, line, column))


def _failing() -> Iterator[bytes]:
    for error, _, _, texts in FAILING:
        for text, where in texts:
            first, *rest = where.split()
            if error == READER:
                offset, value = int(first), int(rest[0]) + 1
                places = b"\0" * 12 + bytes((offset, value >> 16, value >> 8 & 0xFF, value & 0xFF))
            else:
                decoded = text.decode()
                places = (
                    _place(decoded, first) + (_place(decoded, rest[0]) if rest else b"\0" * 6) + b"\0" * 4
                )
            yield (bytes((len(text), error)) + places + text).ljust(ROOM, b"\0")


ROOM, TOGETHER = 64, 8
"""So many bytes has each text that fails, and so many are tried together."""


def _together(rows: list[bytes]) -> Iterator[bytes]:
    for begin in range(0, len(rows), TOGETHER):
        yield b"".join((rows[begin:] + rows)[:TOGETHER])


failing = tuple(_together(list(_failing())))
"""Eight texts that fail, each behind its length, its error, the places of problem and context, the offset and the value
of what cannot be read: all are tried."""

_INCOMPLETE = (
    b"\xc3 \xe2\x82 \xf0\x9f\x98 \xc3\xc3 \xc3( \xe2\xc2\xac \xe2\x82\xec \xf0\xdf\x98\x80 \xf0\x9f\x98("
)
_OVERLONG = b"\xc0\x80 \xc1\xbf \xe0\x80\x80 \xe0\x9f\xbf \xf0\x80\x80\x80 \xf0\x8f\xbf\xbf"
_NO_LEADING = b"\x80 \xbf \xff \xfe \xf8\x88\x80\x80\x80"

broken = st.tuples(
    st.sampled_from((b"", b"a", "é€".encode())),
    st.sampled_from((*_INCOMPLETE.split(), *_OVERLONG.split(), *_NO_LEADING.split())),
    st.sampled_from((b"", b"b")),
).map(b"".join)
"""Bytes that are no UTF-8."""
