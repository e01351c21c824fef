"""Who holds a handle after a call, and how long it is valid: pointers and numbers alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ownership import EITHER, SHARED
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.constant_memory import initial
from abidance.boundary.resolve.pointers import ending, lifetime
from abidance.contract.language.owners import cases_of
from abidance.contract.model.lifetimes import handle_in
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction, Result
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import HandlePromise, Param, Returns
    from abidance.core.span import Span


def check_owners(function: BoundaryFunction, problems: Problems) -> None:
    """Complain about memory that is to have the owners which handles alone may have."""
    promise = function.promise
    if promise is None:
        return
    shapes = {member.name: member.shape for member in function.members}
    places: list[tuple[Param | Returns, s.Shape]] = [
        (param, shapes[name]) for name, param in promise.params.items() if name in shapes
    ]
    if promise.returns is not None:
        places.append((promise.returns, function.result.shape))
    for place, shape in places:
        named = {place.owner} | {owner for owner, _ in cases_of(place.owner)}
        words = [each for each in (SHARED, EITHER) if each in named]
        if words and not any(isinstance(each, s.HandleShape) for each in walk(shape)):
            message = (
                f"`owner: {words[0]}` is for handles, which one of several destroys, or the last of them"
            )
            remedy = "memory is the `caller`'s or the `callee`'s"
            labels = (Label(place.value_span("owner")),)
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


@dataclass(slots=True)
class HandleHolders:
    """Reads `owner`, `lifetime`, `until`, `into` and `parent` beside handles; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    problems: Problems
    joined: str = ""
    """The function that is joined."""

    def parameter(self, shape: s.HandleShape, param: Param) -> s.HandleShape:
        """Return the shape with whose the handle is after the call, and how long it is there or must be."""
        if not (param.owner or param.lifetime or param.into or param.parent or param.unlink):
            return shape
        if shape.made and self._ends_by_itself(shape, param):
            # It is the caller's memory, and what stands there is valid as what is borrowed is: nobody destroys it.
            return replace(
                shape,
                owner="callee",
                lifetime=lifetime(self.shaper, param),
                until=ending(self.shaper, param),
                apart=shape.level == 1 and isinstance(shape, s.PointerHandle),
            )
        if shape.made:
            key = next(key for key in ("owner", "lifetime", "into", "parent") if param.says(key))
            message = f"`{key}` has no meaning here: the call creates the handle"
            self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(param.key_span(key)),)))
        counted = self.handles[shape.handle].references is not None
        if param.owner == "shared" and not counted and param.lifetime is None:
            message = f"nothing counts references to a `{shape.handle}`, nor says how long it is shared"
            remedy = (
                f"say `{shape.handle}: {{references: {{acquire: FUNCTION, release: FUNCTION}}}}` under `handles`; or, "
                "where callers have no reference of their own, `lifetime: handle(NAME)` of what keeps it"
            )
            labels = (Label(param.value_span("owner")),)
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        self._check_either(shape, param)
        ended = self.handles[shape.handle].is_ended_by(self.joined)
        self._check_unlink(param, ended=ended)
        into = param.into.text if param.into is not None else ""
        parent = param.parent.text if param.parent is not None else ""
        named = (param.parent, None if into == s.RESULT_NAME else param.into)
        for word in named:
            if word is not None and word.text not in self.shaper.parameters:
                known: dict[str, Span | None] = dict(self.shaper.parameters)
                self.problems.unknown("parameter", word.text, word.span, known, "the parameters")
        return replace(
            shape,
            owner=param.owner or "",
            always=param.on_failure == "taken",
            lifetime=lifetime(self.shaper, param),
            until=ending(self.shaper, param),
            into=into,
            parent=parent,
            unlink=bool(param.unlink) and (ended or param.owner == "callee"),
            owned=cases_of(param.owner),
        )

    def output(self, shape: s.HandleShape, param: Param) -> s.HandleShape:
        """Return the shape of a handle that comes out, with whose it is and how long it is there."""
        if param.initially is not None and shape.level == 1:
            message = "`initially` has no meaning here: what is made is in this memory, and not behind a pointer in it"
            remedy = f"say `{shape.handle}: {{zeroed: true}}` under `handles` where the caller clears it"
            labels = (Label(param.key_span("initially")),)
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        elif param.initially is not None:
            there = shape.number if isinstance(shape, s.NumberHandle) else shape
            shape = replace(shape, initially=initial(self.shaper, there, param, shape.span))
        if shape.level == 1 or not (param.owner or param.lifetime or param.parent):
            return self.parameter(shape, param)
        self._check_counted(shape, param)
        self._check_either(shape, param)
        return replace(
            shape,
            owner=param.owner or "",
            lifetime=lifetime(self.shaper, param),
            until=ending(self.shaper, param),
            parent=param.parent.text if param.parent is not None else "",
        )

    def result(self, result: Result, handle: s.HandleShape, returns: Returns) -> Result:
        """Return a result that is a handle with whose it is, and how long it is there."""
        self._check_counted(handle, returns)
        self._check_either(handle, returns)
        shape = replace(
            handle,
            owner=returns.owner or "",
            lifetime=lifetime(self.shaper, returns),
            until=ending(self.shaper, returns),
        )
        owned = returns.owner in ("shared", EITHER) or (result.owned and returns.owner != "callee")
        return replace(result, shape=shape, owned=owned)

    def _check_counted(self, shape: s.HandleShape, place: Param | Returns) -> None:
        """Complain about one that comes back `shared`, where no function gives the caller's reference back."""
        if place.owner != "shared" or self.handles[shape.handle].references is not None:
            return
        message = f"nothing counts references to a `{shape.handle}`, so the caller has none of its own"
        remedy = (
            f"say `{shape.handle}: {{references: {{acquire: FUNCTION, release: FUNCTION}}}}` under `handles`; one that "
            "is lent is `owner: callee`, with a `lifetime`"
        )
        labels = (Label(place.value_span("owner")),)
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _check_unlink(self, param: Param, *, ended: bool) -> None:
        """Complain about a part of another handle that the call neither makes one of its own nor destroys."""
        if param.unlink is None or ended or param.owner == "callee":
            return
        message = "the call takes it out of where it is, and puts it nowhere for certain"
        remedy = "say `owner: callee`, with the `lifetime` of what it is put into, or without one where it is freed"
        labels = (Label(param.key_span("unlink")),)
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _check_either(self, shape: s.HandleShape, place: Param | Returns) -> None:
        """Complain about a handle that either may destroy where nothing says with what it goes, or destroys it."""
        if place.owner != EITHER:
            return
        promise, name = self.handles[shape.handle], shape.handle
        if place.lifetime is None or not handle_in(place.lifetime.text):
            message = f"nothing says with what this `{name}` goes, unless the caller destroys it before"
            remedy = "say `lifetime: handle(NAME)`, of the handle whose end is the end of this one"
        elif promise.references is not None:
            message = f"references to a `{name}` are counted, so none of its holders destroys it by itself"
            remedy = "say `owner: shared`: each has a reference of its own"
        elif promise.destroy is None:
            message = f"nothing destroys a `{name}`, so only what it goes with does"
            remedy = f"say `owner: callee`; or `{name}: {{destroy: FUNCTION}}` under `handles`"
        else:
            return
        labels = (Label(place.value_span("owner")), Label(promise.span))
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _ends_by_itself(self, shape: s.HandleShape, param: Param) -> bool:
        """Tell whether a new handle lasts as long as another says, and no longer: a place, a cursor."""
        promise = self.handles[shape.handle]
        ended = promise.destroy is not None or promise.references is not None
        return param.lifetime is not None and not (ended or param.owner or param.into or param.parent)
