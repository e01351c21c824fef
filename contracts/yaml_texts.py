"""Texts in YAML for `yaml.contract.yaml`, each behind what must come of it.

A case is two bytes that tell where its text begins, what is expected of it, and the text, so that a law can take both
from one value. What is expected comes from PyYAML's parser in Python, which is another one than libyaml, for texts on
which the two are meant to agree.
"""

from __future__ import annotations

import random
from itertools import count, islice
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENTS = 36
"""So many events are asked for of each text; behind the last one there are empty ones."""

_PLAIN = ("a", "bc", "x y", "d e  f")
_WORDS = (*_PLAIN, *"1.5 -1 -- ?x :x -x a#b a:b ~ é€ 😀 no = << k".split(), "z z")
_BREAKS = (" ", "  ", "\n", "\n", " \n", "\n\n", "\n\n\n", " \n \n")
_ESCAPED_BREAKS = (*_BREAKS, "\\\n", " \\\n\n")
_SIGNS = ("", " ", "  a", "a ", "# x", "a: b", "- a", *"# [ ] { } , &a *a ! | > % @ ` ... ---".split())
_QUOTED = (*_WORDS, *_SIGNS)
_ESCAPES = (
    *(f"\\{letter}" for letter in '0abtnvfre "\\/N_LP\t'),
    *r"\x41 \xe9 \x7f \u20AC \u00e9 \ud7ff \U0001F600 \U0010ffff".split(),
)
_OWN_TAGS = ("!", *"!t !!str !!x-1 !<tag:b,2000:c> !<!l> !a%20b !!a;b/c?d:e@f&g=h+i$k.l~m*n'o(p)".split())
_TAGS = (*_OWN_TAGS, "!e!t", "!e!%41b", "!e!%C3%A9")


class _Writer:
    """Writes one stream, whose every choice is that of a random number."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = random.Random(seed)
        self.left = size
        self.anchors: list[str] = []

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def one_of(self, values: tuple[str, ...]) -> str:
        return self.random.choice(values)

    def stream(self) -> str:
        """Return a stream of a few documents, with directives and markers."""
        text = ""
        explicit_end = True
        for number in range(1 + self.maybe(0.4) + self.maybe(0.2)):
            self.anchors = []
            head = ""
            handles = explicit_end and self.maybe(0.2)
            if handles:
                head += "%YAML 1." + self.one_of(("1", "2")) + " # v\n" if self.maybe(0.6) else ""
                head += "%TAG !e! tag:e," + self.one_of(("2000:", "1:%21")) + "\n"
                head += "%TAG !! tag:other," + "\n" if self.maybe(0.3) else ""
                head += "%TAG ! !p-\n" if self.maybe(0.3) else ""
            self.tags = _TAGS if handles else _OWN_TAGS
            marked = bool(head) or number > 0 or self.maybe(0.4)
            body = self.block(-1, marked and self.maybe(0.5))
            if self.maybe(0.25):
                body = "\n" + "".join(f"- {self.spaced()}\n" for _ in range(4))
            if self.maybe(0.15):
                body = f" [&a0 {self.one_of(_PLAIN)}, *a0 , &b1 [], *b1 ]"
            if marked:
                text += head + "---" + (body if body[:1] in ("\n", " ", "") else " " + body)
            else:
                text += self.comment() + body.lstrip("\n ")
            text = text if text.endswith("\n") else text + "\n"
            explicit_end = self.maybe(0.5)
            text += "..." + self.one_of(("\n", " # end\n", " \n")) if explicit_end else ""
        return text

    def comment(self) -> str:
        return self.one_of(("", "", "# c\n", "\n", "  # c\n\n"))

    def gap(self) -> str:
        """Return a space, or several."""
        return self.one_of((" ", " ", " ", "  "))

    def properties(self) -> str:
        """Return an anchor, a tag, both or neither, and the space behind them."""
        anchor = tag = ""
        if self.maybe(0.25):
            anchor = "&" + self.one_of(("a", "b1", "c-d", "e_f")) + str(len(self.anchors)) + " "
            self.anchors.append(anchor[1:-1])
        if self.maybe(0.2):
            tag = self.one_of(self.tags) + self.gap()
        return anchor + tag if self.maybe(0.5) else tag + anchor

    def block(self, indent: int, inline: bool) -> str:
        """Return a node in the block context, behind what is in its line; its parent is indented by `indent`."""
        self.left -= 1
        lowest = 6 if self.left > 4 and self.maybe(0.6) else 0
        kind = self.random.randrange(lowest, 10) if self.left > 0 else self.random.randrange(6)
        if kind == 0:
            return self.literal(indent)
        if kind in (1, 2) and self.anchors and indent >= 0:
            return " *" + self.random.choice(self.anchors)
        properties = self.properties()
        if kind < 6:
            return self.gap() + properties + self.scalar(indent, flow=False)
        deeper = indent + self.random.choice((1, 2, 2, 4))
        start = (" " + properties if properties else "") + self.one_of(("", "", " # c")) + "\n"
        if inline and indent < 0:
            start = "\n"
        if kind < 8:
            return start + self.sequence(deeper)
        if kind < 9:
            return start + self.mapping(deeper)
        return self.gap() + properties + self.flow(indent)

    def sequence(self, indent: int) -> str:
        lines = []
        for _ in range(self.random.randint(1, 3)):
            prefix = " " * indent + "-"
            if self.left > 0 and self.maybe(0.15):
                self.left -= 1
                gap = self.random.choice((1, 3))
                body = self.one_of(("s", "m"))
                inner = self.sequence(indent + 1 + gap) if body == "s" else self.mapping(indent + 1 + gap)
                lines.append(prefix + " " * gap + inner.lstrip(" "))
            else:
                lines.append(self.line(prefix + self.block(indent, inline=False)))
            if self.maybe(0.1):
                lines.append(self.one_of(("\n", "# c\n", " " * (indent + 3) + "\n")))
        return "".join(lines)

    def mapping(self, indent: int) -> str:
        lines = []
        for number in range(self.random.randint(1, 3)):
            if self.maybe(0.15):
                key = " " * indent + "?" + self.block(indent, inline=False)
                lines.append(self.line(key))
                if self.maybe(0.7):
                    lines.append(self.line(" " * indent + ":" + self.block(indent, inline=False)))
                continue
            key = self.properties() + self.key() + str(number) * self.maybe(0.1)
            if self.maybe(0.1) and self.left > 0:
                self.left -= 1
                value = "\n" + self.sequence(indent)
            else:
                value = self.block(indent, inline=False)
            lines.append(self.line(" " * indent + key + self.one_of(("", "", " ")) + ":" + value))
        return "".join(lines)

    def line(self, text: str) -> str:
        """End a line, if it is not ended, perhaps by a comment."""
        return text if text.endswith("\n") else text + self.one_of(("", "", "", " # c", "  ")) + "\n"

    def key(self) -> str:
        kind = self.random.randrange(5)
        if kind == 0:
            return "'" + self.one_of(_QUOTED).replace("'", "''") + "'"
        if kind == 1:
            return '"' + self.one_of(_QUOTED) + self.one_of(_ESCAPES) + '"'
        if kind == 3 and self.maybe(0.15):
            return "k" * self.random.choice((127, 128, 129))
        if kind == 2 and self.maybe(0.3):
            return self.one_of(("[a, b]", "{a: b}", "[]"))
        return self.one_of(_WORDS)

    def scalar(self, indent: int, flow: bool) -> str:
        """Return a plain or quoted scalar, perhaps of several lines, or nothing."""
        kind = self.random.randrange(8)
        if kind == 0 and not flow:
            return ""
        count = self.random.choice((1, 2, 3, 12, 25))
        words = [self.one_of(_PLAIN) for _ in range(count)]
        if kind < 3 and not (flow and self.maybe(0.5)):
            return self.one_of(_PLAIN if flow else _WORDS)
        if kind == 3:
            return self.folded(words, indent)
        if kind < 6:
            if self.maybe(0.4):
                return "'" + self.one_of(_QUOTED).replace("'", "''") + "'"
            parts = [self.one_of(_QUOTED) if self.maybe(0.4) else word for word in words]
            markerless = [part.strip(" ").replace("---", "-").replace("...", ".") or "b" for part in parts]
            return (
                "'"
                + self.one_of(("", "", " "))
                + self.folded(markerless, indent)
                + self.one_of(("", " ", "  "))
                + "'"
            )
        parts = [self.one_of(_ESCAPES) + word if self.maybe(0.6) else word for word in words]
        inside = self.folded(parts, indent, escaped=True)
        return '"' + self.one_of(("", " ", "")) + inside + self.one_of(("", " ", "\\n", "")) + '"'

    def folded(self, words: list[str], indent: int, escaped: bool = False) -> str:
        text = words[0]
        for word in words[1:]:
            breaks = self.one_of(_ESCAPED_BREAKS if escaped else _BREAKS)
            text += breaks
            if "\n" in breaks:
                text += " " * (indent + 1 + self.random.randrange(3) + (indent < 0))
            text += word
        return text

    def spaced(self) -> str:
        """Return a scalar in a line, with words enough to be folded, and spaces before, behind and between them."""
        text = "".join(
            self.one_of(("w", "of", "words")) + self.one_of((" ", " ", " ", "  ")) for _ in range(12)
        )
        inside = self.one_of(("", " ")) + text.rstrip(" ") + self.one_of(("", " ", "  "))
        return self.one_of(
            (f"'{inside}'", f'"{inside}"', text.rstrip(" "), f"|-\n  {text}", f">-\n  {text.rstrip(' ')}")
        )

    def literal(self, indent: int) -> str:
        """Return a literal or folded scalar, with or without its indentation and its chomping."""
        wide = max(indent, 0) + self.random.randint(1, 3)
        header = self.one_of(("|", ">")) + "{}" + self.one_of(("", "", " # c", " "))
        hint = self.maybe(0.3)
        chomping = self.one_of(("", "", "-", "+"))
        signs = str(wide - max(indent, 0)) if hint else ""
        text = ""
        for number in range(self.random.randrange(6)):
            kind = self.random.randrange(6)
            if kind == 0:
                text += self.one_of(("\n", "\n", " " * wide + "\n", " " + "\n"))
            elif kind == 1 and (number > 0 or hint) and text.strip(" \n") + str(signs):
                text += " " * wide + self.one_of((" x\n", "\ty\n", "  - z\n", "\t\n", "  \n"))
            else:
                text += " " * wide + self.one_of((*_WORDS, "# no", "a: b", "- s", '"q"', "e ")) + "\n"
        return " " + header.format(signs + chomping if self.maybe(0.5) else chomping + signs) + "\n" + text

    def flow(self, indent: int) -> str:
        """Return a sequence or a mapping in the flow style, perhaps of several lines."""
        opening, closing = self.one_of(("[]", "{}"))
        break_ = "\n" + " " * (indent + 2)
        items = []
        for _ in range(self.random.randrange(4)):
            self.left -= 1
            inner = self.left > 0 and self.maybe(0.2)
            value = self.properties() + (self.flow(indent) if inner else self.scalar(indent, flow=True))
            if self.maybe(0.1) and self.anchors:
                value = "*" + self.random.choice(self.anchors) + " "
            if self.maybe(0.9 if opening == "{" else 0.15):
                key = self.one_of(("a", "b c", "'q'", '"r"', "? s", "", "[k]", "x-1"))
                pair = key + self.one_of((": ", " : ", ":" + break_)) + self.one_of((value, value, value, ""))
                value = pair if self.maybe(0.9) else key or "k"
            items.append(value)
        space = self.one_of(("", "", " ", break_, " # c" + break_))
        last = "," if items and self.maybe(0.15) else ""
        return opening + space + self.one_of((",", ", ", " ," + break_)).join(items) + last + space + closing


def texts(seed: int, size: int) -> str:
    """Return a stream that `seed` chooses, with about `size` nodes."""
    return _Writer(seed, size).stream()


_STYLES = {None: 1, "": 1, "'": 2, '"': 3, "|": 4, ">": 5}


def _record(event: yaml.Event) -> bytes:
    """Return what an event says, as the law spells it."""
    match event:
        case yaml.StreamStartEvent():
            return b"1"
        case yaml.StreamEndEvent():
            return b"2"
        case yaml.DocumentStartEvent():
            version = b"%d.%d" % event.version if event.version else b""
            return b"3%d" % (not event.explicit) + version
        case yaml.DocumentEndEvent():
            return b"4%d" % (not event.explicit)
        case yaml.AliasEvent():
            return b"5" + event.anchor.encode()
        case yaml.ScalarEvent():
            # PyYAML says of nothing with the tag "!" that its tag may be omitted.
            plain = event.implicit[0] and not (event.tag == "!" and _is_empty(event))
            flags = b"%d%d%d" % (_STYLES[event.style], plain, event.implicit[1])
            return b"6" + flags + _properties(event) + b"=" + event.value.encode()
        case yaml.CollectionStartEvent():
            letter = b"7" if isinstance(event, yaml.SequenceStartEvent) else b"9"
            flags = b"%d%d" % (1 + bool(event.flow_style), bool(event.implicit) and event.tag != "!")
            return letter + flags + _properties(event)
        case yaml.SequenceEndEvent():
            return b"8"
        case _:
            return b"A"


def _properties(event: yaml.NodeEvent) -> bytes:
    anchor = b"&" + event.anchor.encode() if event.anchor is not None else b""
    return anchor + (b"<" + event.tag.encode() + b">" if event.tag is not None else b"")


def _is_empty(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.style in (None, "") and event.value == ""


def _nothing_in_flow(events: list[yaml.Event], text: str) -> bool:
    """Return whether a flow mapping lacks a value: PyYAML marks it behind the colon, libyaml before what follows."""
    flow = [False]
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            flow.append(bool(event.flow_style))
        elif isinstance(event, yaml.CollectionEndEvent):
            flow.pop()
        elif flow[-1] and _is_empty(event) and text[event.start_mark.index] in " \n\r\x85":
            return True
    return False


def _marks(event: yaml.Event) -> Iterator[int]:
    for mark in (event.start_mark, event.end_mark):
        yield from (mark.index, mark.line, mark.column)


def case(expected: bytes, text: bytes) -> bytes:
    return (2 + len(expected)).to_bytes(2, "big") + expected + text


def _broken(text: str, dice: random.Random) -> Iterator[str]:
    """Yield a text with other ends of lines: those of one system, or of all of them."""
    ends = dice.choice((("\n",), ("\n",), ("\r\n",), ("\r",), ("\n", "\r\n", "\r", "\x85")))
    for character in text:
        yield dice.choice(ends) if character == "\n" else character


def parsed(seed: int, size: int) -> bytes | None:
    """Return a text behind the marks of its events and what they say; or None where the two parsers may differ."""
    dice = random.Random(seed ^ size)
    text = "".join(_broken(texts(seed, size), dice))
    try:
        events = list(yaml.parse(text, Loader=yaml.Loader))
    except yaml.YAMLError:
        return None
    if len(events) > EVENTS or _nothing_in_flow(events, text):
        return None
    marks = [number for event in events for number in _marks(event)]
    marks += [0] * (6 * EVENTS - len(marks))
    said = b"".join(_record(event) + b"\xff" for event in events) + b"0\xff" * (EVENTS - len(events))
    return case(b"".join(number.to_bytes(2, "big") for number in marks) + said, text.encode())


NODES = 8
"""So many nodes of a document are looked at, and one more."""


def composed(seed: int, size: int) -> bytes | None:
    """Return a text behind the nodes of its first document: the marks of each and of itself, and what they hold."""
    case_ = parsed(seed, size)
    text = case_ and case_[int.from_bytes(case_[:2], "big") :].decode()
    if not text:
        return None
    events = list(yaml.parse(text, Loader=yaml.Loader))
    if len(events) < 4:
        return None
    nodes: list[list[yaml.Event]] = []
    opened: list[list[yaml.Event]] = []
    for event in events[2:]:
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.AliasEvent):
            return None  # which may refer to nothing
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop().append(event)
            continue
        nodes.append([event])
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(nodes[-1])
    ended = next(event for event in events if isinstance(event, yaml.DocumentEndEvent))
    marks = [(node[0].start_mark, node[-1].end_mark) for node in nodes[:NODES]]
    marks.append((events[1].start_mark, ended.end_mark))
    numbers = [n for pair in marks for mark in pair for n in (mark.index, mark.line, mark.column)]
    said = b"".join(_node(node[0]) + b"\xff" for node in nodes[:NODES])
    head = bytes((len(nodes[:NODES]), len(nodes) > NODES, not events[1].explicit, not ended.explicit))
    return case(head + b"".join(number.to_bytes(2, "big") for number in numbers) + said, text.encode())


def _node(event: yaml.NodeEvent) -> bytes:
    kinds = {yaml.ScalarEvent: b"1str", yaml.SequenceStartEvent: b"2seq", yaml.MappingStartEvent: b"3map"}
    kind = kinds[type(event)]
    tag = "tag:yaml.org,2002:" + kind[1:].decode() if event.tag in (None, "!") else event.tag
    if isinstance(event, yaml.ScalarEvent):
        return kind[:1] + b"%d" % _STYLES[event.style] + tag.encode() + b"=" + event.value.encode()
    return kind[:1] + b"%d" % (1 + bool(event.flow_style)) + tag.encode()


TRIED = 80
"""So many texts stand in each table, in which Hypothesis would look at a few of them again and again."""


def table(made: Callable[[int, int], bytes | None], tried: int = TRIED) -> tuple[bytes, ...]:
    """Return what is made of texts of all sizes where it is something."""
    dice = random.Random(1)
    cases = (made(dice.getrandbits(32), number % 21) for number in count())
    return tuple(islice((case for case in cases if case is not None), tried))


def streams() -> tuple[bytes, ...]:
    """Return texts, each behind its events."""
    return table(parsed)


def compositions() -> tuple[bytes, ...]:
    """Return texts, each behind the nodes of its first document."""
    return table(composed)
