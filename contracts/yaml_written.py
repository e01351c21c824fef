"""What the emitter writes, for `yaml.contract.yaml`: PyYAML's emitter in Python, held to what libyaml says of itself.

The two write the same but for a few choices, in which libyaml's are here: a line of a double quoted scalar ends without
a backslash where the next begins with no space; a document that may go on is ended before directives; an empty scalar
may be a simple key.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass
from typing import Any

import yaml
import yaml_texts
from hypothesis import strategies as st
from yaml.emitter import Emitter

_MAY_GO_ON, _MUST_BE_ENDED = 1, 2
_LONGEST_KEY = 128


@dataclass(frozen=True)
class Options:
    """What the emitter is told: `line_break` is 0 to 3, as `yaml_break_t` has it, `encoding` 1 to 3."""

    canonical: bool = False
    indent: int = 2
    width: int = 80
    unicode: bool = False
    line_break: int = 0
    encoding: int = 1

    def told(self) -> bytes:
        """Return the options as a law reads them: a byte for each, the width above -1."""
        return bytes(
            (self.canonical, self.indent, self.width + 1, self.unicode, self.line_break, self.encoding)
        )

    @classmethod
    def chosen(cls, dice: random.Random) -> Options:
        return cls(
            dice.random() < 0.15,
            dice.choice((2, 2, 3, 4, 5, 8, 9)),
            dice.choice((80, -1, 0, 0, 1, 4, 10, 20, 40)),
            dice.random() < 0.5,
            dice.randrange(4),
            dice.choice((1, 1, 2, 3)),
        )


class Writer(Emitter):
    """Writes events as libyaml does."""

    def __init__(self, stream: io.StringIO, options: Options) -> None:
        super().__init__(
            stream,
            canonical=options.canonical,
            indent=options.indent,
            width=options.width if options.width >= 0 else 1 << 30,
            allow_unicode=options.unicode,
            line_break=(None, "\r", "\n", "\r\n")[options.line_break],
        )

    def expect_document_start(self, first: bool = False) -> None:
        event = self.event
        if isinstance(event, yaml.DocumentStartEvent):
            ended = bool(event.version or event.tags) and self.open_ended
        else:
            ended = self.open_ended == _MUST_BE_ENDED
        if ended:
            self.write_indicator("...", True)
            self.write_indent()
        self.open_ended = False
        super().expect_document_start(first)
        self.open_ended = False

    def expect_document_end(self) -> None:
        explicit, before = self.event.explicit, self.open_ended
        super().expect_document_end()
        self.open_ended = not explicit and (before or _MAY_GO_ON)

    def check_empty_document(self) -> bool:
        return False

    def check_simple_key(self) -> bool:
        event = self.event
        is_empty = self.check_empty_sequence() or self.check_empty_mapping()
        if isinstance(event, yaml.CollectionStartEvent) and not is_empty:
            return False
        length = len(event.anchor or "")
        tagged = not isinstance(event, yaml.AliasEvent) and event.tag is not None
        if tagged and (self.canonical or not _implicit(event)):
            tag = self.prepare_tag(event.tag)
            length += len(tag) - (3 if tag.startswith("!<") else 0)
        if isinstance(event, yaml.ScalarEvent):
            self.analysis = self.analysis or self.analyze_scalar(event.value)
            if self.analysis.multiline:
                return False
            length += len(event.value.encode())
        return length <= _LONGEST_KEY

    def expect_alias(self) -> None:
        super().expect_alias()
        if self.simple_key_context:
            self._put(" ")  # the colon would belong to its name

    def choose_scalar_style(self) -> str:
        event = self.event
        if event.tag is None or event.implicit[0]:
            return str(super().choose_scalar_style())
        event.implicit = (True, event.implicit[1])  # a tag that is written leaves the plain style as it is
        try:
            return str(super().choose_scalar_style())
        finally:
            event.implicit = (False, event.implicit[1])

    def write_indicator(self, *arguments: Any, **named: Any) -> None:
        before = self.open_ended
        super().write_indicator(*arguments, **named)
        self.open_ended = before

    def write_plain(self, text: str, split: bool = True) -> None:
        before = self.open_ended
        super().write_plain(text, split)
        self.open_ended = before

    def write_literal(self, text: str) -> None:
        self.open_ended = False
        super().write_literal(text)
        self.open_ended = self.open_ended and _MUST_BE_ENDED

    def write_folded(self, text: str) -> None:
        self.open_ended = False
        super().write_folded(text)
        self.open_ended = self.open_ended and _MUST_BE_ENDED

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        self.write_indicator('"', True)
        previous = ""
        for number, character in enumerate(text):
            inside = 0 < number < len(text) - 1
            if character == " " and previous != " " and split and inside and self.column > self.best_width:
                self.write_indent()
                if text[number + 1] == " ":
                    self._put("\\")
            else:
                self._put(self._escaped(character))
            previous = character
        self.write_indicator('"', False)

    def _escaped(self, character: str) -> str:
        code = ord(character)
        unicode = 0xA0 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD
        if (
            0x20 <= code <= 0x7E or (self.allow_unicode and unicode)
        ) and character not in '"\\\u2028\u2029\ufeff':
            return character
        if character in self.ESCAPE_REPLACEMENTS:
            return "\\" + str(self.ESCAPE_REPLACEMENTS[character])
        return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"

    def _put(self, text: str) -> None:
        self.column += len(text)
        self.stream.write(text)


def _implicit(event: yaml.NodeEvent) -> bool:
    return any(event.implicit) if isinstance(event, yaml.ScalarEvent) else bool(event.implicit)


def written(events: list[yaml.Event], options: Options) -> bytes:
    """Return what the emitter writes for these events."""
    stream = io.StringIO()
    writer = Writer(stream, options)
    for event in events:
        writer.emit(event)
    mark = "" if options.encoding == 1 else "\ufeff"
    return (mark + stream.getvalue()).encode(("utf-8", "utf-16-le", "utf-16-be")[options.encoding - 1])


_TAGS = {
    yaml.ScalarEvent: "tag:yaml.org,2002:str",
    yaml.SequenceStartEvent: "tag:yaml.org,2002:seq",
    yaml.MappingStartEvent: "tag:yaml.org,2002:map",
}
_DOCUMENTS = 3


def _dumped(events: list[yaml.Event]) -> list[yaml.Event]:
    """Return the events by which the documents of these are dumped: nodes have tags, and new anchors are counted."""
    dumped: list[yaml.Event] = []
    names: dict[str, str] = {}
    for number, event in enumerate(events):
        match event:
            case yaml.DocumentStartEvent():
                names = {}
                for later in events[number:]:
                    if isinstance(later, yaml.DocumentEndEvent):
                        break
                    if isinstance(later, yaml.AliasEvent):
                        names.setdefault(later.anchor, f"id{len(names) + 1:03d}")
                dumped.append(event)
            case yaml.AliasEvent():
                dumped.append(yaml.AliasEvent(names[event.anchor]))
            case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                default = _TAGS[type(event)]
                tag = default if event.tag in (None, "!") else event.tag
                anchor, implicit = names.get(event.anchor), tag == default
                if isinstance(event, yaml.ScalarEvent):
                    flags = (implicit, implicit)
                    dumped.append(yaml.ScalarEvent(anchor, tag, flags, event.value, style=event.style or ""))
                else:
                    dumped.append(type(event)(anchor, tag, implicit, flow_style=bool(event.flow_style)))
            case _:
                dumped.append(event)
    return dumped


def _is_alike(event: yaml.Event) -> bool:
    """Return whether the two emitters are meant to write the event alike.

    libyaml folds lines of a folded scalar that begin or end with a space too, which changes them.
    """
    match event:
        case yaml.DocumentStartEvent():
            return not event.tags or event.tags == {"!e!": "tag:e,2000:"}
        case yaml.ScalarEvent():
            spaced = event.style == ">" and re.search(r"(?m)^ | $|  ", event.value)
            return not spaced and not any(
                character == "\r" or character > "\uffff" for character in event.value
            )
        case _:
            return True


def _undefined(events: list[yaml.Event]) -> bool:
    """Return whether an alias refers to nothing before it in its document."""
    names: set[str] = set()
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            names = set()
        elif isinstance(event, yaml.AliasEvent) and event.anchor not in names:
            return True
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            names.add(event.anchor)
    return False


def _is_nothing(events: list[yaml.Event]) -> bool:
    """Return whether the first document is an empty scalar without a marker, before which libyaml begins a line."""
    first = events[1]
    return (
        isinstance(first, yaml.DocumentStartEvent)
        and not first.explicit
        and getattr(events[2], "value", None) == ""
    )


def rewritten(seed: int, size: int) -> bytes | None:
    """Return a text behind the options, the number of its documents, and what is dumped of them; or None."""
    text = yaml_texts.texts(seed, size)
    try:
        events = list(yaml.parse(text, Loader=yaml.Loader))
    except yaml.YAMLError:
        return None
    count = sum(isinstance(event, yaml.DocumentStartEvent) for event in events)
    alike = all(_is_alike(event) for event in events) and not _undefined(events) and not _is_nothing(events)
    if not 1 <= count <= _DOCUMENTS or not alike:
        return None
    options = Options.chosen(random.Random(seed ^ size))
    output = written(_dumped(events), options)
    return yaml_texts.case(options.told() + bytes((count,)) + output, text.encode())


def streams() -> tuple[bytes, ...]:
    """Return texts, each behind what is dumped of its documents."""
    return yaml_texts.table(rewritten, tried=140)


_EVENTS = 20
_LOOKED_AHEAD = {yaml.DocumentStartEvent: 1, yaml.SequenceStartEvent: 2, yaml.MappingStartEvent: 3}
_OPENING = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.CollectionStartEvent)
_CLOSING = (yaml.StreamEndEvent, yaml.DocumentEndEvent, yaml.CollectionEndEvent)


def _waits(queue: list[yaml.Event]) -> bool:
    """Return whether the first event waits for others, as an emitter must know what is in a collection."""
    count = _LOOKED_AHEAD.get(type(queue[0]), 0)
    level = 0
    if len(queue) > count:
        return False
    for event in queue:
        level += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        if not level:
            return False
    return True


def _emitted(events: list[yaml.Event], options: Options) -> tuple[int, bytes]:
    """Return how many events are taken before one is refused, and what is written where none is."""
    stream = io.StringIO()
    writer = Writer(stream, options)
    queue: list[yaml.Event] = []
    for number, event in enumerate(events):
        queue.append(event)
        while queue and not _waits(queue):
            try:
                writer.events.append(queue[0])
                writer.event = writer.events.pop(0)
                writer.events.extend(queue[1:])
                writer.state()
                writer.events.clear()
            except (yaml.YAMLError, AttributeError):  # PyYAML asks a wrong event for what it has not
                return number, b""
            queue.pop(0)
    return len(events), stream.getvalue().encode()


_LEFT_OUT, _TAKEN, _REFUSED, _WRITTEN = range(4)


def emitted(seed: int, size: int) -> bytes | None:
    """Return a text of one document behind the options, what becomes of each event, and what is written; or None.

    Now and then an event is left out, so that another one is not expected where it comes.
    """
    text = yaml_texts.texts(seed, size)
    try:
        events = list(yaml.parse(text, Loader=yaml.Loader))
    except yaml.YAMLError:
        return None
    documents = sum(isinstance(event, yaml.DocumentStartEvent) for event in events)
    alike = all(_is_alike(event) and getattr(event, "tag", None) != "!" for event in events)
    if documents != 1 or len(events) > _EVENTS or not alike or _is_nothing(events):
        return None
    dice = random.Random(seed ^ size)
    options = Options.chosen(dice)
    last = len(events) - 2  # the end of the document, at which all of it is written
    left_out = dice.choice((0, 1, last, dice.randrange(last))) if dice.random() < 0.4 else -1
    numbers = [n for n in range(len(events) if left_out == last else last + 1) if n != left_out]
    taken, output = _emitted([events[n] for n in numbers], options)
    fate = [_LEFT_OUT] * _EVENTS
    for place, n in enumerate(numbers[: taken + 1]):
        fate[n] = _TAKEN if place < taken else _REFUSED
    if taken == len(numbers):
        fate[last] = _WRITTEN
    return yaml_texts.case(options.told()[:-1] + bytes(fate) + output, text.encode())


def some_events() -> tuple[bytes, ...]:
    """Return texts, each behind what is emitted of its events."""
    return yaml_texts.table(emitted)


_PLAIN, _SINGLE, _DOUBLE, _LITERAL, _FOLDED = range(1, 6)
_VALUES = ("a", "b c", "- d", "e: f", "")
_NAMES = (
    ("!t", "!t"),
    ("tag:yaml.org,2002:int", "!!int"),
    ("tag:yaml.org,2002:", "!<tag:yaml.org,2002:>"),
    ("tag:x,1:%é", "!<tag:x,1:%25%C3%A9>"),
)


def _scalar(value: str, tag: str, plain: bool, quoted: bool, style: int, anchor: str, flow: bool) -> str:
    """Return a scalar as it is written in an item: `tag` is as it is spelled, or nothing if it is implicit."""
    style = style or _PLAIN
    if style == _PLAIN and (
        value.startswith("- ") or ": " in value or (not value and flow) or not (tag or plain)
    ):
        style = _SINGLE
    if style >= _LITERAL and (flow or not value):
        style = _DOUBLE
    if not tag and not quoted and style != _PLAIN:
        tag = "!"
    spelled = (value, f"'{value}'", f'"{value}"', f"|-\n  {value}", f">-\n  {value}")[style - 1]
    return " ".join(part for part in (anchor, tag, spelled) if part)


@st.composite
def flagged(draw: st.DrawFn) -> bytes:
    """Return a scalar's style, flags, anchor or none, tag and value, behind a list with it and with a mapping of it."""
    value = draw(st.sampled_from(_VALUES))
    style = draw(st.integers(0, 5))
    plain, quoted = draw(st.booleans()), draw(st.booleans())
    tag, spelled = draw(st.sampled_from(_NAMES if not (plain or quoted) else (("", ""), ("", ""), *_NAMES)))
    anchored = draw(st.booleans())
    name = "" if plain or quoted else spelled
    item = _scalar(value, name, plain, quoted, style, "&a" if anchored else "", flow=False)
    inner = _scalar(value, name, plain, quoted, style, "", flow=True)
    text = f"- {item}".rstrip(" ") + f"\n- {{{inner}: {inner}}}\n"
    told = bytes((style, plain, quoted, anchored, len(tag.encode())))
    return yaml_texts.case(text.encode(), told + tag.encode() + value.encode())
