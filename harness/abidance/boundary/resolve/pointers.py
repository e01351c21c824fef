"""The shapes of pointers: which way data goes, at what they point, how much of it there is and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.resolve.numbers import NumberShaper
from abidance.boundary.resolve.transfers import given_over, takes_over
from abidance.contract.model.laws import Given
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.contract.language.clauses import Name
    from abidance.contract.model.places import Place
    from abidance.core.span import Span

BYTE = s.ScalarShape("int", 1, 1, signed=False, spelling="unsigned char", lowest=0, highest=255)


@dataclass(eq=False)
class Pointers(NumberShaper):
    """Makes the shapes of pointers and knows which of them are handles."""

    handles: Mapping[str, c.Type]

    def pointer(
        self,
        type_: c.Pointer,
        place: Place,
        what: Name,
        direction: s.Direction,
        declared: Span,
        depth: int = 0,
    ) -> s.Shape:
        """Return the shape of a pointer with `in`, `out`, `inout` or `to`."""
        target = self.declarations.resolve(type_.to)
        element: s.Shape
        match what.text:
            case "bytes" | "string":
                kind, element = s.What(what.text), BYTE
                if isinstance(target, c.Pointer):
                    message = (
                        f"this is a `{self.text(type_)}`: what it points at are pointers, not {what.text}"
                    )
                    self.problems.contradiction(message, what.span, declared)
                elif what.text == "string" and self._size(target) not in (1, None):
                    message = f"a string has elements of one byte, and this is a `{self.text(type_)}`"
                    self.problems.contradiction(message, what.span, declared)
            case "array":
                kind = s.What.ARRAY
                if isinstance(target, c.Void | c.FunctionType):
                    message = "`array` needs a pointer to elements of a known type; `bytes` fits a `void *`"
                    self.problems.contradiction(message, what.span, declared)
                    return s.OpaqueShape(self.text(type_))
                element = self.shape(type_.to, None, declared, direction, depth)
            case _:
                kind = s.What.ONE
                named = self._named(what, type_, target, declared)
                element = self.shape(named, place, declared, direction, depth)
        if kind is s.What.ARRAY and isinstance(element, s.ScalarShape):
            element = self.limited(element, place, declared)
        if element.size == 0:
            message = (
                f"`{self.text(type_.to)}` is incomplete: what it points at has no size that is known here"
            )
            self.problems.contradiction(message, what.span, declared)
            return s.OpaqueShape(self.text(type_))
        self._sized(kind, direction, place, what)
        handed = takes_over(place, direction)
        alloc, free = given_over(self, element, place, declared) if handed else ("", "")
        return s.PointerShape(
            direction=direction,
            what=kind,
            element=element,
            span=place.span,
            length=place.length,
            capacity=place.capacity,
            nullable=False if place.nullable is None else place.nullable,
            encoding=place.encoding or "utf-8",
            limit=place.max,
            align_to=max(place.align or 1, self._alignment(target)),
            misaligned=place.misaligned is True,
            lifetime=self._lifetime(place),
            handed=handed,
            alloc=alloc,
            free=free,
        )

    def _lifetime(self, place: Place) -> str:
        """Return ``call``, ``static``, or the handle that memory lives as long as; nothing where nothing is said."""
        if place.lifetime is None:
            return ""
        text = place.lifetime.text.removeprefix("handle(").removesuffix(")")
        if text != place.lifetime.text and text not in self.handles:
            known: dict[str, Span | None] = dict.fromkeys(self.handles)
            self.problems.unknown("handle", text, place.lifetime.span, known, "`handles`")
        return text

    def _sized(self, kind: s.What, direction: s.Direction, place: Place, what: Name) -> None:
        """Refuse memory that has no size; a string that is given has its own, with the NUL."""
        needs_size = kind in (s.What.BYTES, s.What.ARRAY) or (kind is s.What.STRING and not direction.read)
        if not needs_size or place.length is not None or place.capacity is not None:
            return
        if not direction.written and place.max is not None:
            return
        if isinstance(place, Given):
            # Nothing tells a length of what a law is given: it is as long as it is generated.
            if place.generate is None:
                message = f"`{what.text}` without `max`: nobody knows how much memory there may be"
                label = Label(what.span, "add `max: NUMBER`")
                self.problems.add(Diagnostic(WRONG_VALUE, message, (label,)))
            return
        clause = "capacity" if direction.written else "length"
        self.problems.add(
            Diagnostic(
                WRONG_VALUE,
                f"`{what.text}` without `{clause}`: nobody knows how much memory there is",
                (Label(what.span, f"add `{clause}: EXPRESSION`"),),
            )
        )

    def _named(self, what: Name, type_: c.Pointer, target: c.Type, declared: Span) -> c.Type:
        found = self.declarations.find_type(what.text)
        if found is None:
            known: dict[str, Span | None] = {n: t.span for n, t in self.declarations.typedefs.items()}
            known |= {key: record.span for key, record in self.declarations.records.items()}
            known |= dict.fromkeys(("bytes", "array", "string"))
            self.problems.unknown("type", what.text, what.span, known, "the header")
            return type_.to
        if not isinstance(target, c.Void) and not self._same(found, target):
            message = f"it points at a `{self.text(type_.to)}`, not at a `{what.text}`"
            self.problems.contradiction(message, what.span, declared)
            return type_.to
        return found

    def _same(self, one: c.Type, other: c.Type) -> bool:
        """Tell whether two types are the same behind their names, or numbers of one layout."""
        first, second = self.declarations.resolve(one), self.declarations.resolve(other)
        if first == second or (isinstance(first, c.Pointer) and self._alike(first, second)):
            return True
        return (
            isinstance(first, c.Basic)
            and isinstance(second, c.Basic)
            and self.layouts.scalars.get(first.spelling) == self.layouts.scalars.get(second.spelling)
        )

    def _size(self, target: c.Type) -> int | None:
        if isinstance(target, c.Basic) and target.spelling in self.layouts.scalars:
            return self.layouts.scalars[target.spelling].size
        return None

    def _alignment(self, target: c.Type) -> int:
        """Return how a caller's pointer to this is aligned, also where its memory is given as bytes."""
        match target:
            case c.Basic(spelling) if spelling in self.layouts.scalars:
                return self.layouts.scalars[spelling].align
            case c.EnumRef(key) if key in self.layouts.enums:
                return self.layouts.enums[key].align
            case c.RecordRef(key) if key in self.layouts.records:
                return self.layouts.records[key].align
        return 1

    def known_handle(self, name: Name) -> bool:
        """Complain about a handle that `handles` does not have; return whether it does."""
        if name.text in self.handles:
            return True
        known: dict[str, Span | None] = dict.fromkeys(self.handles)
        self.problems.unknown("handle", name.text, name.span, known, "`handles`")
        return False

    def bare(self, type_: c.Type) -> c.Type:
        """Return a type without names and without qualifiers of what it points at."""
        resolved = self.declarations.resolve(type_)
        return (
            c.Pointer(self.declarations.resolve(resolved.to)) if isinstance(resolved, c.Pointer) else resolved
        )

    def handles_of(self, type_: c.Type) -> Collection[str]:
        """Return the handles whose pointer type this is."""
        resolved = self.declarations.resolve(type_)
        return [name for name, handle in self.handles.items() if self._alike(resolved, handle)]

    def _alike(self, one: c.Type, other: c.Type) -> bool:
        one, other = self.declarations.resolve(one), self.declarations.resolve(other)
        if isinstance(one, c.Pointer) and isinstance(other, c.Pointer):
            return self._alike(one.to, other.to)
        return one == other
