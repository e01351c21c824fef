"""The calls that a contract writes out, with the contents of one argument altered and all others left as they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import paths, single
from abidance.boundary.model.types import PointerShape, RecordShape, What
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import is_byte
from abidance.generate.alterations import altered
from abidance.generate.nearby import cuts, nearby
from abidance.generate.parts import as_signed, whole_text
from abidance.generate.python_strategies import chosen
from abidance.generate.scalar_positions import leaves
from abidance.generate.scope import ROOMY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary, BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.generate.hints import Hints
    from abidance.generate.source import ChoiceSource

Given = dict[str, Any]
EXAMPLES = 12
"""So many contents of examples are altered, at most."""
NEAR, ROOM = 64, 1 << 18
"""So many contents in which one place is changed are chosen from, of so many bytes together."""
_SCALARS = (int, float)


@dataclass(frozen=True, slots=True)
class ExampleContents:
    """One example of a function, and the contents in it that are to be altered.

    `given` are the example's arguments but for lengths that follow from contents; `path` leads to the contents, which
    are `raw`, from `lowest` to `highest` bytes long, and text where there is an encoding.
    """

    given: Mapping[str, object]
    path: tuple[str, ...]
    raw: bytes
    lowest: int
    highest: int
    encoding: str
    pointer: PointerShape
    near: tuple[bytes, ...]
    ends: tuple[bytes, ...]
    """Contents that are near to these, and the beginnings and ends of these."""

    def with_contents(self, raw: bytes) -> Given | None:
        """Return the arguments with other contents; None where these cannot stand there."""
        if self.encoding:
            raw = whole_text(raw.replace(b"\0", b""), self.lowest, self.highest, self.encoding)
        if not self.lowest <= len(raw) <= self.highest:
            return None
        value: object = raw
        if self.pointer.what is What.ARRAY:
            value = [as_signed(self.pointer.element, byte) for byte in raw]
        return _put(self.given, self.path, value)

    def altered(self, source: ChoiceSource, hints: Hints, all_of_them: tuple[ExampleContents, ...]) -> Given:
        """Return the arguments with the contents altered as the source chooses, and perhaps a number left out.

        They are cut, changed in one place, or edited several times.
        """
        if near := source.pick((self.near, self.ends, ())):
            raw = source.pick(near)
        else:
            others = tuple(each.raw for each in all_of_them if each.path == self.path and each is not self)
            raw = altered(source, self.raw, hints.vocabulary, others, codec=codec_of(self.encoding))
        raw = raw[: self.highest]
        given = self.with_contents(raw + b"a" * (self.lowest - len(raw)))
        assert given is not None
        numbers = [name for name, value in given.items() if isinstance(value, _SCALARS)]
        left_out = source.pick((None, None, *numbers)) if numbers else None
        return {name: value for name, value in given.items() if name != left_out}


def example_contents(
    boundary: Boundary, function: BoundaryFunction, hints: Hints
) -> tuple[ExampleContents, ...]:
    """Return the contents of a function's examples, the shortest first."""
    if not function.examples:
        return ()
    sizes = {
        leaf.path: leaf.ends
        for leaf in leaves(function.members, hints, handles=boundary.handles)
        if leaf.number is None and leaf.ends != (0, 0)
    }
    found: dict[tuple[object, ...], ExampleContents] = {}
    for example in function.examples:
        given = _loosened(function.members, example.given)
        for path, shape, raw in _contents(function.members, given):
            low, high = sizes.get(path, (0, shape.limit if shape.limit is not None else ROOMY))
            encoding = shape.encoding if shape.what is What.STRING else ""
            few = min(NEAR, ROOM // (len(raw) + 1))
            near = tuple(islice(nearby(raw, hints.vocabulary), few))
            high = max(high, len(raw))
            call = ExampleContents(given, path, raw, low, high, encoding, shape, near, tuple(cuts(raw)))
            found.setdefault((path, raw), call)
    return tuple(sorted(found.values(), key=lambda each: len(each.raw))[:EXAMPLES])


def codec_of(encoding: str) -> str:
    """Return the codec that characters of a text are drawn from; bytes have none."""
    return "" if not encoding else "ascii" if encoding.lower() in ("ascii", "us-ascii") else "utf-8"


def _contents(
    members: tuple[Member, ...], given: Mapping[str, object]
) -> Iterator[tuple[tuple[str, ...], PointerShape, bytes]]:
    """Yield the contents that an example gives, with their paths; what the project's own Python chooses is not its."""
    for dotted, member in paths(members):
        path, shape, value = tuple(dotted.split(".")), single(member.shape), _at(given, dotted)
        if not isinstance(shape, PointerShape) or chosen(members, dotted):
            continue
        if isinstance(value, bytes):
            yield path, shape, value
        elif isinstance(value, list) and shape.what is What.ARRAY and is_byte(shape.element):
            yield path, shape, bytes(int(byte) & 0xFF for byte in value)


def _at(given: Mapping[str, object], dotted: str) -> object:
    found: object = given
    for name in dotted.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _loosened(members: tuple[Member, ...], given: Mapping[str, object]) -> Given:
    """Return given values without the lengths that follow from the contents beside them."""
    told = {
        length
        for length, group in ties(members).items()
        if any(isinstance(given.get(buffer.name), bytes | list) for buffer in group)
    }
    loose: Given = {}
    shapes = {member.name: single(member.shape) for member in members}
    for name, value in given.items():
        shape = shapes.get(name)
        if name in told:
            continue
        loose[name] = (
            _loosened(shape.members, value)
            if isinstance(value, dict) and isinstance(shape, RecordShape)
            else value
        )
    return loose


def _put(given: Mapping[str, object], path: tuple[str, ...], value: object) -> Given:
    first, *rest = path
    inner = given.get(first)
    if rest:
        value = _put(inner if isinstance(inner, dict) else {}, tuple(rest), value)
    return {**given, first: value}
