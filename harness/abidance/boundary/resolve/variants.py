"""`variant:` joined with a record: which union or pointer it is about, and which alternative each name means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.traversal import along, number_of, single
from abidance.boundary.model.types import (
    AddressShape,
    Member,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    TaggedUnion,
)
from abidance.boundary.resolve.tagged_pointers import number_written, written
from abidance.contract.expression import Expression, parse, spelling
from abidance.contract.model.variants import NO_MEMBER, VariantTarget
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from abidance.boundary.model.types import Shape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.variants import VariantPromise
    from abidance.core.span import Span
    from abidance.ir.layout import Constant

_UNBOUNDED = 1 << 127


class VariantReader:
    """Reads the variants of one record, called `key`; what is wrong with them goes to `problems`."""

    def __init__(
        self, key: str, declared: Span, constants: Mapping[str, Constant], problems: Problems
    ) -> None:
        self._key = key
        self._declared = declared
        self._constants = constants
        self._problems = problems

    def read(
        self, promises: Sequence[VariantPromise], members: tuple[Member, ...]
    ) -> tuple[tuple[TaggedUnion, ...], tuple[Member, ...], tuple[Expression, ...]]:
        """Return the variants, the members with tags of no other values, and conditions that say so of expressions."""
        found, conditions = [], []
        for promise in promises:
            tag = self._tag(promise, members)
            variant = self._variant(promise, members, tag)
            if variant is None:
                continue
            found.append(variant)
            if variant.otherwise is None and isinstance(tag, ScalarShape):
                members = _limited(members, promise.tag.sole_name.split("."), variant, tag)
            elif variant.otherwise is None:
                conditions.append(_condition(promise.tag, variant))
        return tuple(found), members, tuple(conditions)

    def of_parameter(
        self,
        promise: VariantPromise,
        name: str,
        members: tuple[Member, ...],
        said: str = "in: void` or `out: void",
    ) -> tuple[TaggedUnion | None, tuple[Member, ...]]:
        """Return the variant of a parameter, and all with a tag that has no other values than it names."""
        member = next(each for each in members if each.name == name)
        record = single(member.shape)
        for clause in ("union", "pointer"):
            if promise.says(clause):
                words = f"`{clause}` has no meaning here: it is the parameter itself"
                self._complain(words, promise.key_span(clause), member.declared)
        pointer = isinstance(member.shape, TaggedPointerShape)
        if not pointer and not (isinstance(record, RecordShape) and _is_union(record)):
            help_ = f"of a pointer to `void` say `{said}` beside its `variant`"
            words = f"`{name}` is no union, and points to none"
            self._complain(words, promise.span, member.declared, help_)
            return None, members
        reached = next((each.shape for each in members if each.name == promise.tag.sole_name), None)
        tag = number_of(reached) if reached is not None else None
        others = {spelling(each.name) for each in members if each.name != name}
        if not self._problems.names(promise.tag, {*others, *self._constants}):
            return None, members
        if isinstance(record, RecordShape):
            variant = self._tagged_union(promise, record.members, tag, "")
        else:
            variant = self._tagged_pointer(promise, tag, name)
        if variant.otherwise is None and isinstance(reached, ScalarShape):
            members = _limited(members, [promise.tag.sole_name], variant, reached)
        return variant, members

    def _tag(self, promise: VariantPromise, members: tuple[Member, ...]) -> Shape | None:
        """Return the field that a tag is, None where it is worked out of some."""
        path = promise.tag.sole_name.split(".")
        reached = [*along(members, path)]
        return reached[-1].shape if path != [""] and len(reached) == len(path) else None

    def _variant(
        self, promise: VariantPromise, members: tuple[Member, ...], tag: Shape | None
    ) -> TaggedUnion | None:
        names = {*(spelling(m.name) for m in members), *self._constants}
        if not self._problems.names(promise.tag, names):
            return None
        if tag is not None and not (isinstance(tag, ScalarShape) and tag.kind != "float"):
            self._complain(f"`{promise.tag.text}` is no whole number, which a tag must be", promise.tag.span)
            return None
        if promise.pointer is not None:
            return self._of_pointer(promise, promise.pointer, members, tag)
        path = tuple(promise.union.text.split(".")) if promise.union is not None else ()
        inside = self._inside(promise, members, path)
        if inside is None:
            return None
        union = self._union(promise, inside)
        if union is None:
            return None
        return replace(self._tagged_union(promise, inside, tag, union), path=path)

    def _of_pointer(
        self, promise: VariantPromise, pointer: Name, members: tuple[Member, ...], tag: Shape | None
    ) -> TaggedUnion | None:
        member = next((m for m in members if m.name == pointer.text), None)
        if member is None:
            known: dict[str, Span | None] = {m.name: m.declared for m in members}
            self._problems.unknown("field", pointer.text, pointer.span, known, f"`{self._key}`")
        elif not isinstance(member.shape, AddressShape):
            self._complain(f"`{pointer.text}` is no pointer", pointer.span, member.declared)
        elif pointer.text in promise.tag.names:
            self._complain(f"`{pointer.text}` cannot tell what itself leads to", promise.tag.span)
        elif isinstance(member.shape, TaggedPointerShape):
            return self._tagged_pointer(promise, tag, pointer.text)
        return None

    def _tagged_pointer(self, promise: VariantPromise, tag: Shape | None, name: str) -> TaggedUnion:
        found = self._cases(promise, tag, lambda member: number_written(member, promise))
        return replace(found, union=f"*{name}", pointer=name)

    def _tagged_union(
        self, promise: VariantPromise, inside: tuple[Member, ...], tag: Shape | None, union: str
    ) -> TaggedUnion:
        options = {m.name: dict(m.within)[union] for m in inside if union in dict(m.within)}
        return replace(
            self._cases(promise, tag, lambda member: self._alternative(member, options)), union=union
        )

    def _cases(
        self,
        promise: VariantPromise,
        tag: Shape | None,
        which: Callable[[Name | VariantTarget], int | None],
    ) -> TaggedUnion:
        cases = [
            (*ends, which(member))
            for value, member in promise.members.items()
            if (ends := self._ends(value, tag)) is not None
        ]
        self._overlaps(promise, cases)
        otherwise = None if promise.otherwise is None else (which(promise.otherwise),)
        known = {name: value for name, value in self._constants.items() if name in promise.tag.names}
        return TaggedUnion((), "", promise.tag, tuple(cases), promise.span, otherwise, known)

    def _inside(
        self, promise: VariantPromise, members: tuple[Member, ...], path: tuple[str, ...]
    ) -> tuple[Member, ...] | None:
        """Return the members among which those of the union are."""
        if promise.union is None:
            return members
        reached = [*along(members, path)]
        if len(reached) < len(path):
            known: dict[str, Span | None] = {m.name: m.declared for m in members}
            self._problems.unknown("field", promise.union.text, promise.union.span, known, f"`{self._key}`")
            return None
        shape = reached[-1].shape
        if not isinstance(shape, RecordShape) or not _is_union(shape):
            self._complain(f"`{promise.union}` is no union", promise.union.span, reached[-1].declared)
            return None
        return shape.members

    def _union(self, promise: VariantPromise, inside: tuple[Member, ...]) -> str | None:
        """Return what `Member.within` calls the union that has all the members which are named."""
        if promise.union is not None:
            return ""
        wanted = [name for name in written(promise) if not isinstance(name, VariantTarget)]
        within = {m.name: m.within for m in inside}
        for name in wanted:
            if not within.get(name.text):
                known: dict[str, Span | None] = {m.name: m.declared for m in inside if m.within}
                self._problems.unknown("member", name.text, name.span, known, f"a union of `{self._key}`")
                return None
        shared = [u for u, _ in within[wanted[0].text] if all(u in dict(within[n.text]) for n in wanted)]
        if not wanted or not shared:
            words = "these are no members of one union; say which it is, `union: FIELD`"
            self._complain(words, promise.key_span("members"))
            return None
        return shared[0]

    def _alternative(self, name: Name | VariantTarget, options: Mapping[str, int]) -> int | None:
        if isinstance(name, VariantTarget):
            words = "this says what a pointer leads to, and of a union the tag names a member"
            self._complain(words, name.span)
            return None
        if name.text == NO_MEMBER and name.text not in options:
            return None
        if name.text not in options:
            known: dict[str, Span | None] = dict.fromkeys([*options, NO_MEMBER])
            self._problems.unknown("member", name.text, name.span, known, f"the union of `{self._key}`")
            return None
        return options[name.text]

    def _ends(self, name: Name, tag: Shape | None) -> tuple[int, int] | None:
        """Return the ends of a range of tags, as the type of the tag has them."""
        first, between, last = name.text.partition("..")
        number = tag if isinstance(tag, ScalarShape) else None
        ends = []
        for text, unsaid in ((first, -1), (last, 1)):
            value = _whole_number(text, self._constants) if text else None
            if text and value is None:
                known: dict[str, Span | None] = dict.fromkeys(self._constants)
                self._problems.unknown("value", text.removeprefix("-"), name.span, known, "the header")
                return None
            if value is not None:
                wraps = number is not None and not number.signed and value < 0
                ends.append(value + (1 << 8 * number.size) if wraps and number is not None else value)
            elif number is not None:
                ends.append(int(number.lowest if unsaid < 0 else number.highest))
            else:
                ends.append(unsaid * _UNBOUNDED)
        return (ends[0], ends[1]) if between else (ends[0], ends[0])

    def _overlaps(self, promise: VariantPromise, cases: list[tuple[int, int, int | None]]) -> None:
        for number, (low, high, _) in enumerate(cases):
            if any(a <= high and low <= b for a, b, _ in cases[:number]):
                self._complain(
                    "two of these values are the same, or in one range", promise.key_span("members")
                )
                return

    def _complain(
        self, message: str, span: Span, declared: Span | None = None, help_: str | None = None
    ) -> None:
        labels = (Label(span), Label(declared or self._declared))
        self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=help_))


def _is_union(shape: RecordShape) -> bool:
    return all(dict(m.within).get("") is not None for m in shape.members)


def _limited(
    members: tuple[Member, ...], path: list[str], variant: TaggedUnion, tag: ScalarShape
) -> tuple[Member, ...]:
    """Return the members with a tag that has no other values than a variant names, unless the contract limits it."""
    found = []
    for member in members:
        if member.name == path[0] and len(path) > 1:
            assert isinstance(member.shape, RecordShape)
            inner = replace(member.shape, members=_limited(member.shape.members, path[1:], variant, tag))
            member = replace(member, shape=inner)  # noqa: PLW2901
        elif member.name == path[0] and (tag.kind == "enum" or not tag.members) and not tag.flags:
            ends = dict.fromkeys((low, high) for low, high, _ in variant.cases)
            shape = replace(
                tag,
                members=tuple(low for low, high in ends if low == high),
                ranges=Ranges(tuple((low, high) for low, high in ends if low != high)),
                closed=True,
            )
            member = replace(member, shape=shape, span=member.span or variant.span)  # noqa: PLW2901
        found.append(member)
    return tuple(found)


def _condition(tag: Expression, variant: TaggedUnion) -> Expression:
    """Return the condition that a tag which is worked out is one of those that a variant names."""
    each = [
        f"{low} <= ({tag.text}) <= {high}" if low != high else f"({tag.text}) == {low}"
        for low, high, _ in variant.cases
    ]
    return parse(" or ".join(each), tag.span, lambda _start, _end: tag.span)


def _whole_number(text: str, constants: Mapping[str, object]) -> int | None:
    """Return what a key such as `-110`, `0x1f`, `LATE` or `-ETIMEDOUT` stands for; None for no whole number."""
    constant = constants.get(text.removeprefix("-"))
    if isinstance(constant, int):
        return -constant if text.startswith("-") else int(constant)
    try:
        return int(text, 0)
    except ValueError:
        return None
