"""Ways to create a handle: by any of the functions that create one, with generated arguments or with an example's.

What a call on a handle does depends on what the handle is. A JSON value is an array or a number, as the function says
that made it, and there is no item in an array that was just created. So single calls are not all given what the first
function creates with generated arguments.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.ownership import CALLEE, EITHER
from abidance.boundary.model.status_bounds import with_status
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.boundary.model.values import Earlier
from abidance.boundary.resolve.transfers import success_when
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Example
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import Step


@dataclass(frozen=True, slots=True)
class Creation:
    """A function that creates a handle, and those of its arguments that are not generated.

    `made_from` is the kind of a handle that it is given and that is there already, where that must be so.
    """

    function: BoundaryFunction
    given: Mapping[str, object] = field(default_factory=dict)
    made_from: str = ""


def creations(
    boundary: Boundary, life: HandleLife, above: Collection[str]
) -> tuple[tuple[Creation, ...], tuple[Creation, ...]]:
    """Return the ways to create a handle: with generated arguments, the first function first, and as examples do.

    `above` are the kinds of handles that are created already when it is, so none is created from another of these. From
    another of its own kind it is created where nothing else leaves it in such a state.
    Where calls prepare it, or it calls back what it was created with, the contract may rely on the first function.
    """
    first = boundary.functions[life.create]
    makers, rooted = [first], list[Creation]()
    if not life.prepare and not any(isinstance(m.shape, CallbackShape) for m in first.members):
        named = (boundary.functions.get(name) for name in life.creates if name != life.create)
        others = [each for each in named if each is not None]
        makers += [each for each in others if _is_simple(each, {*above, life.name})]
        # A node that is created in no other: `new_number(NULL, 7)`.
        alone = [(each, _own_kind(each, life)) for each in others if each not in makers]
        rooted = [Creation(e, dict.fromkeys(own)) for e, own in alone if own and _is_simple(e, above, own)]
        if life.machine is not None and life.name not in above:
            known = {state for each in makers for state in life.machine.begun(each.name)}
            apart = [*makers, *(each.function for each in rooted)]
            copies = [each for each in others if each not in apart and _is_simple(each, above)]
            makers += [each for each in copies if not life.machine.begun(each.name) <= known]
    written = (
        Creation(each, example.given)
        for each in makers
        for example in each.examples
        if _succeeds(each, example)
    )
    return (*map(Creation, makers), *rooted), tuple(written)


def creations_beside(
    boundary: Boundary, life: HandleLife, function: BoundaryFunction, parent: str, above: Collection[str]
) -> tuple[Creation, ...]:
    """Return the ways to a handle that belongs to the one which a function is given as its parameter `parent`.

    It is made or borrowed from that one: where none of the functions that create it takes that, others may tell of one.
    Else both may come from a third.
    """
    makers = [each for name in life.creates if (each := boundary.functions.get(name)) is not None]
    others = (each for each in boundary.functions.values() if each.name not in life.creates)
    apart, sources = {*above, life.name}, _sources(boundary, function, parent)
    tellers = [*makers, *(each for each in others if _tells_simply(each, apart, sources))]
    first, *shared = sources
    found = [
        each
        for each in makers
        if (first in life.parents and takes(each, first)) or _goes_with(each, life.name, first)
    ]
    for kind in (first, *shared):
        found = found or [each for each in tellers if _is_borrowed(each, life.name, kind)]
        found = found or [each for each in makers if kind in life.parents and len(takes(each, kind)) == 1]
        if found:
            return tuple([Creation(each, given, kind) for each in found for given in _given(each)])
    return ()


def maker_beside(
    boundary: Boundary, life: HandleLife, beside: object, steps: Sequence[Step]
) -> tuple[BoundaryFunction, dict[str, object]]:
    """Return what makes a handle from one `beside` it in a call, or from what one of the `steps` made that one from.

    With it comes what that is given. Where nothing makes one so, it is what else makes it.
    """
    if isinstance(beside, Earlier) and beside.handle:
        above = steps[beside.call].arguments.values() if beside.call < len(steps) else ()
        shared = (each for each in above if isinstance(each, Earlier) and each.handle in life.parents)
        for source in (beside, *shared):
            for name in life.creates:
                function = boundary.functions[name]
                places = takes(function, source.handle)
                if len(places) == 1:
                    return function, {places[0]: source}
    return boundary.functions[life.create], {}


def _sources(boundary: Boundary, function: BoundaryFunction, parent: str) -> tuple[str, ...]:
    """Return the kind of handle that a parameter is, and those that all of its kind come from, made or borrowed."""
    shape = next(m.shape for m in function.members if m.name == parent)
    assert isinstance(shape, HandleShape)
    if shape.parent:
        return shape.handle, *_sources(boundary, function, shape.parent)
    life = boundary.handles[shape.handle]
    creates = [boundary.functions[name] for name in life.creates]
    lenders = (k for k in boundary.handles if all(_is_borrowed(each, shape.handle, k) for each in creates))
    makers = (k for k in life.parents if all(len(takes(each, k)) == 1 for each in creates))
    return shape.handle, *dict.fromkeys((*lenders, *makers))


def _given(function: BoundaryFunction) -> tuple[Mapping[str, object], ...]:
    """Return what is not generated of a function's arguments: nothing, and what each example says that succeeds."""
    return ({}, *(example.given for example in function.examples if _succeeds(function, example)))


def takes(function: BoundaryFunction, kind: str) -> list[str]:
    """Return the parameters that are a handle of a kind which is there already."""
    return [
        m.name
        for m in function.members
        if isinstance(m.shape, HandleShape) and not m.shape.made and m.shape.handle == kind
    ]


def _goes_with(function: BoundaryFunction, handle: str, kind: str) -> bool:
    """Tell whether a function makes a handle that goes with one of a kind which it is given."""
    lenders = {*takes(function, kind)}
    return any(
        shape.handle == handle and shape.owner == EITHER and shape.lifetime in {kind, *lenders}
        for _, shape in left_by(function)
        if lenders
    )


def _is_borrowed(function: BoundaryFunction, handle: str, kind: str) -> bool:
    """Tell whether a function leaves a handle that is borrowed from one of a kind that it is given."""
    lenders = {*takes(function, kind)}
    return bool(lenders) and any(
        shape.handle == handle and shape.borrowed and shape.lifetime in {kind, *lenders}
        for _, shape in left_by(function)
    )


def _tells_simply(function: BoundaryFunction, above: Collection[str], lenders: tuple[str, ...]) -> bool:
    """Tell whether what a function takes can be made beforehand, apart from one handle, which it tells of."""
    taken = [m.shape for m in function.members if isinstance(m.shape, HandleShape) and not m.shape.made]
    lender = next((each for each in taken if each.handle in lenders and each.handle in above), None)
    taken = [each for each in taken if each is not lender]
    return function.signature is not None and not any(
        each.handle in above or each.owner or each.parent for each in taken
    )


def _own_kind(function: BoundaryFunction, life: HandleLife) -> list[str]:
    """Return the parameters that are handles of the kind which a function creates, where each of them may be NULL."""
    own = takes(function, life.name)
    may_be_null = [
        m.name
        for m in function.members
        if isinstance(m.shape, HandleShape) and m.name in own and m.shape.nullable is True
    ]
    return own if own == may_be_null else []


def _is_simple(function: BoundaryFunction, above: Collection[str], but: Collection[str] = ()) -> bool:
    """Tell whether a function gives its caller a handle of its own, from what can be made beforehand.

    Nothing needs to be made for those of its parameters that are given NULL, which are in `but`.
    """
    if function.signature is None:
        return False
    shape = function.result.shape
    if isinstance(shape, HandleShape) and shape.owner == CALLEE:
        return False
    taken = [
        m.shape
        for m in function.members
        if isinstance(m.shape, HandleShape) and not m.shape.made and m.name not in but
    ]
    return not any(each.handle in above or each.owner for each in taken) and not any(
        isinstance(m.shape, CallbackShape) for m in function.members
    )


def _succeeds(function: BoundaryFunction, example: Example) -> bool:
    """Tell whether an example says nothing of its result, or that the call succeeds."""
    if RESULT_NAME not in example.expected:
        return True
    with suppress(EvaluationError):  # where what tells is left out, any that may be a success is one
        function = with_status(function, example.given)
    told, when = example.expected[RESULT_NAME], success_when(function, 0)
    if told is None or when is None or not isinstance(told, int):
        return told is not None
    return any(low <= told <= high for low, high in when.ranges)
