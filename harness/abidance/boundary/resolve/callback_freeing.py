"""What callbacks call with what they are given: to free what they keep, `free`, or to leave, `fails`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape, FreeingArgument
from abidance.boundary.model.traversal import callbacks_of, whole_number_of
from abidance.contract.language.clauses import FreeingCall
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback
    from abidance.core.span import Span

Freeing = tuple[int, str, tuple[FreeingArgument, ...]]
MOST_GIVEN = 4
"""So many arguments a callback can give: they go into registers."""


def freeing(shaper: Shaper, callback: Callback, members: tuple[s.Member, ...]) -> tuple[Freeing, ...]:
    """Return which parameters of a callback it frees, with what, and what that is given; complain about calls."""
    found = []
    for index, member in enumerate(members):
        if not isinstance(member.shape, s.PointerShape) or not member.shape.handed:
            continue
        param = callback.params.get(member.name)
        call = param.free if param is not None else None
        given: tuple[FreeingArgument, ...] | None = (FreeingArgument(own=index),)
        if isinstance(call, FreeingCall):
            given = _given(shaper, call, members)
        if given is not None:
            found.append((index, member.shape.free, given))
    return tuple(found)


def leaving(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...]
) -> tuple[str, tuple[FreeingArgument, ...]] | None:
    """Return what a callback calls where it fails and does not come back, with what that is given."""
    call = callback.fails
    if call is None:
        return None
    if call.text not in shaper.declarations.functions:
        known: dict[str, Span | None] = {n: f.span for n, f in shaper.declarations.functions.items()}
        shaper.problems.unknown("function", call.text, call.span, known, "the header")
        return None
    given = _given(
        shaper, call if isinstance(call, FreeingCall) else FreeingCall(call.text, call.span, ()), members
    )
    if given is not None and any(each.handle for each in given):
        words = f"a callback leaves by `{call.text}` with what it is given itself, and constants"
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(call.span),)))
        return None
    return None if given is None else (call.text, given)


def _given(
    shaper: Shaper, call: FreeingCall, members: tuple[s.Member, ...]
) -> tuple[FreeingArgument, ...] | None:
    declaration = shaper.declarations.functions.get(call.text)
    if declaration is None:
        return None  # that it is not there is told of every function that frees something
    names = [parameter.name for parameter in declaration.parameters]
    places: dict[int, Expression] = {}
    for index, (name, expression) in enumerate(call.arguments):
        if name is not None and name.text not in names:
            known: dict[str, Span | None] = {p.name: p.span for p in declaration.parameters}
            shaper.problems.unknown("parameter", name.text, name.span, known, f"`{call.text}`")
            return None
        places[index if name is None else names.index(name.text)] = expression
    if sorted(places) != [*range(len(names))] or len(names) > MOST_GIVEN:
        words = f"`{call.text}` takes {len(names)} arguments, and is given {len(places)}"
        if len(names) > MOST_GIVEN:
            words = f"`{call.text}` takes {len(names)} arguments, and a callback gives {MOST_GIVEN} at most"
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(call.span), Label(declaration.span))))
        return None
    given = [_argument(shaper, places[index], members) for index in range(len(names))]
    return tuple(each for each in given if each is not None) if None not in given else None


def _argument(
    shaper: Shaper, expression: Expression, members: tuple[s.Member, ...]
) -> FreeingArgument | None:
    name = expression.sole_name
    own = next((n for n, member in enumerate(members) if member.name == name), None)
    if own is not None or expression.is_null:
        return FreeingArgument(own=own)
    if name and name not in shaper.layouts.constants:
        if name in shaper.handles or name in shaper.parameters:
            return FreeingArgument(handle=name)
        known: dict[str, Span | None] = {m.name: m.declared for m in members} | dict.fromkeys(shaper.handles)
        shaper.problems.unknown("parameter", name, expression.span, known, "the callback")
        return None
    number = shaper.problems.constant(expression, shaper.layouts.constants)
    return None if number is None else FreeingArgument(constant=int(number))


def callback_freers(callbacks: Iterable[Callback]) -> Iterator[Name]:
    """Yield the functions that callbacks free with what they are given to keep."""
    for callback in callbacks:
        for param in callback.params.values():
            if param.owner == "callee" and param.free is not None:
                yield param.free


def check_callback_freers(functions: Mapping[str, BoundaryFunction], problems: Problems) -> None:
    """Complain about functions that callbacks cannot free anything with, by what they are given."""
    for function in functions.values():
        for _, callback in callbacks_of(function.members):
            for index, name, given in callback.freeing:
                freer = functions.get(name)
                words = _unfit(function, callback, index, freer, given) if freer is not None else ""
                if freer is not None and words:
                    member = callback.members[index]
                    labels = (Label(member.promised), Label(freer.declaration.span))
                    remedy = (
                        f"write the call, `free: {name}(...)`: it is given `{member.name}`, and besides numbers of the "
                        "callback, a handle by its name, or constants"
                    )
                    problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))


def _unfit(
    function: BoundaryFunction,
    callback: CallbackShape,
    index: int,
    freer: BoundaryFunction,
    given: tuple[FreeingArgument, ...],
) -> str:
    """Return what is wrong with what a function is given that frees a callback's argument; empty for nothing."""
    freed = callback.members[index].name
    if len(given) != len(freer.members):
        return f"`{freer.name}` cannot be called by a callback to free this: it takes more than a pointer"
    if [each.own for each in given].count(index) != 1:
        return f"`{freer.name}` is not given `{freed}` once, which it frees"
    for member, each in zip(freer.members, given, strict=True):
        wanted, where = member.shape, f"`{member.name}` of `{freer.name}`"
        if each.own == index:
            if not isinstance(wanted, s.AddressShape):
                return f"{where} is no pointer, so `{freed}` is not freed by it"
        elif isinstance(wanted, s.HandleShape):
            kinds = {
                kind
                for m in function.members
                if isinstance(m.shape, s.HandleShape) and not m.shape.made
                for kind in (m.shape.handle, m.name)
                if m.shape.handle == wanted.handle
            }
            if each.handle not in kinds:
                return f"{where} is a `{wanted.handle}`, and `{function.name}` is given none there"
        elif whole_number_of(wanted) is None or not isinstance(wanted, s.ScalarShape):
            return f"{where} is no number, and what is freed is given already"
        elif each.handle or (
            each.own is not None and not isinstance(callback.members[each.own].shape, s.ScalarShape)
        ):
            return f"{where} is a number, and is given none"
    return ""
