"""The calls that a contract writes out, with the contents of one argument altered and all others left as they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import fields_of, generated_by, pointee, single
from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import is_byte
from abidance.generate.alterations import altered
from abidance.generate.nearby import cuts, nearby
from abidance.generate.parts import as_signed, whole_text
from abidance.generate.scalar_positions import leaves
from abidance.generate.scope import ROOMY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.generate.hints import Hints
    from abidance.generate.source import ChoiceSource

Given = dict[str, Any]
Path = tuple[str | int, ...]
"""Names of members, and numbers of elements."""
ELEMENTS = 3
"""Of so many elements of an array of records the contents are altered, at most."""
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
    path: Path
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
            raw = raw.replace(b"\0", b"") if self.pointer.what is What.STRING else raw
            raw = whole_text(raw, self.lowest, self.highest, self.encoding)
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
    sizes: dict[Path, tuple[int, int]] = {
        leaf.path: leaf.ends
        for leaf in leaves(function.members, hints, handles=boundary.handles)
        if leaf.number is None and leaf.ends != (0, 0)
    }
    found: dict[tuple[object, ...], ExampleContents] = {}
    for example in function.examples:
        given = _loosened(function.members, example.given)
        for path, shape, raw in _contents(function.members, given):
            low, high = sizes.get(path, (0, shape.limit if shape.limit is not None else ROOMY))
            few = min(NEAR, ROOM // (len(raw) + 1))
            near = tuple(islice(nearby(raw, hints.vocabulary), few))
            high = max(high, len(raw))
            call = ExampleContents(given, path, raw, low, high, shape.codec, shape, near, tuple(cuts(raw)))
            found.setdefault((path, raw), call)
    return tuple(sorted(found.values(), key=lambda each: len(each.raw))[:EXAMPLES])


def codec_of(encoding: str) -> str:
    """Return the codec that characters of a text are drawn from; bytes have none."""
    return "" if not encoding else "ascii" if encoding.lower() in ("ascii", "us-ascii") else "utf-8"


def _contents(
    members: tuple[Member, ...], given: Mapping[str, object], before: Path = ()
) -> Iterator[tuple[Path, PointerShape, bytes]]:
    """Yield the contents that an example gives, with their paths; what the project's own Python chooses is not its."""
    for member in members:
        value, shape, path = given.get(member.name), single(member.shape), (*before, member.name)
        inner = fields_of(pointee(shape))
        if generated_by(member) is not None:
            continue
        if isinstance(value, dict):
            yield from _contents(inner, value, path)
        elif isinstance(value, list) and inner:
            for number, each in enumerate(value[:ELEMENTS]):
                yield from _contents(inner, each if isinstance(each, dict) else {}, (*path, number))
        elif isinstance(shape, PointerShape) and isinstance(value, bytes):
            yield path, shape, value
        elif isinstance(shape, PointerShape) and isinstance(value, list) and is_byte(shape.element):
            yield path, shape, bytes(int(byte) & 0xFF for byte in value)


def _loosened(members: tuple[Member, ...], given: Mapping[str, object]) -> Given:
    """Return given values without the lengths that follow from the contents beside them."""
    told = {
        length
        for length, group in ties(members).items()
        if any(isinstance(given.get(buffer.name), bytes | list) for buffer in group)
    }
    inner = {member.name: fields_of(pointee(single(member.shape))) for member in members}

    def loose(name: str, value: object) -> object:
        if isinstance(value, dict) and inner.get(name):
            return _loosened(inner[name], value)
        return [loose(name, each) for each in value] if isinstance(value, list) else value

    return {name: loose(name, value) for name, value in given.items() if name not in told}


def _put(given: Mapping[str, object], path: Path, value: object) -> Given:
    """Return given values with another one at a path."""
    return {**given, str(path[0]): _replaced(given.get(str(path[0])), path[1:], value)}


def _replaced(inside: object, path: Path, value: object) -> object:
    if not path:
        return value
    first = path[0]
    if isinstance(inside, list) and isinstance(first, int):
        return [*inside[:first], _replaced(inside[first], path[1:], value), *inside[first + 1 :]]
    return _put(inside if isinstance(inside, dict) else {}, path, value)
