"""Callbacks that an earlier call was given, and the calls that take them back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackGiven, CallbackShape, EarlierCallbackShape
from abidance.boundary.model.ownership import CHANGE
from abidance.boundary.model.traversal import callbacks_of
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback
    from abidance.core.span import Span
    from abidance.ir import types as c
    from abidance.ir.declarations import Declarations

_SAID_HERE = ("given", "summary")


def earlier_callback(
    shaper: Shaper, type_: c.FunctionType, callback: Callback, bare: s.OpaqueShape, user_data: str
) -> s.Shape:
    """Return the shape of a callback that an earlier call was given; complain about what is said of it here."""
    for key in callback.places.keys:
        if key not in _SAID_HERE:
            words = f"`{key}` is said of the callback where it is given first, by `{callback.given[0]}`"
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(callback.key_span(key)),)))
    return EarlierCallbackShape(
        bare.spelling,
        nullable=bare.nullable,
        said=True,
        calls=True,
        names=callback.given,
        user_data=user_data,
        type=type_,
        span=callback.span,
    )


def ending_calls(shaper: Shaper, callback: Callback) -> tuple[str, ...]:
    """Return the calls that end the time of a callback before its handle is destroyed; complain about unknown ones."""
    for name in callback.until:
        words = help_ = ""
        if name.text == CHANGE:
            words = "a callback is taken back by functions, and not by whatever changes its handle"
            help_ = "name them: `until: FUNCTION`"
        elif callback.lifetime is not None and callback.lifetime.text == "call":
            words = f"its time is over when the call returns, before `{name}` can end it"
            help_ = "say how long it may be invoked otherwise: `lifetime: handle(NAME)` or `static`"
        elif name.text not in shaper.declarations.functions:
            known: dict[str, Span | None] = {n: f.span for n, f in shaper.declarations.functions.items()}
            shaper.problems.unknown("function", name.text, name.span, known, "the header")
        if words:
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(name.span),), help=help_))
    return tuple(name.text for name in callback.until)


def with_earlier_callbacks(
    functions: Mapping[str, BoundaryFunction], declarations: Declarations, problems: Problems
) -> dict[str, BoundaryFunction]:
    """Return functions that know which callbacks of others they are given; complain about what is none."""
    joiner = _Joiner(functions, declarations, problems)
    for function in functions.values():
        for member in function.members:
            if isinstance(member.shape, CallbackShape) and member.shape.until:
                joiner.check_ends(function, member, member.shape)
    return {name: joiner.joined(function) for name, function in functions.items()}


class _Joiner:
    def __init__(
        self, functions: Mapping[str, BoundaryFunction], declarations: Declarations, problems: Problems
    ) -> None:
        self._functions = functions
        self._declarations = declarations
        self._problems = problems

    def joined(self, function: BoundaryFunction) -> BoundaryFunction:
        if not any(isinstance(member.shape, EarlierCallbackShape) for member in function.members):
            return function
        return replace(function, members=tuple([self._member(function, each) for each in function.members]))

    def _member(self, function: BoundaryFunction, member: s.Member) -> s.Member:
        shape = member.shape
        if not isinstance(shape, EarlierCallbackShape):
            return member
        given = (self._given(function, member, shape, name) for name in shape.names)
        return replace(member, shape=replace(shape, each=tuple(each for each in given if each is not None)))

    def check_ends(self, function: BoundaryFunction, member: s.Member, shape: CallbackShape) -> None:
        """Complain about calls that are to end the time of a callback on no handle of its own."""
        for name in shape.until if shape.lasts_with else ():
            ends = self._functions.get(name)
            if ends is not None and not _takes(ends, shape.lasts_with):
                words = (
                    f"`{name}` takes no `{shape.lasts_with}`, so nobody sees whose `{member.name}` of "
                    f"`{function.name}` it ends"
                )
                self._wrong(words, member.promised, ends.span)

    def _given(
        self, function: BoundaryFunction, member: s.Member, shape: EarlierCallbackShape, name: Name
    ) -> CallbackGiven | None:
        """Return the callback of a name; complain where there is none, or it can be no other call's."""
        whose, _, parameter = name.text.partition(".")
        giver = self._functions.get(whose)
        if giver is None:
            known: dict[str, Span | None] = {
                f"{each.name}.{path}": shape.declared
                for each in self._functions.values()
                for path, shape in callbacks_of(each.members)
            }
            self._problems.unknown("callback", name.text, name.span, known, "`functions`")
            return None
        given = next((each for each in giver.members if each.name == parameter), None)
        if given is None:
            there: dict[str, Span | None] = {each.name: each.declared for each in giver.members}
            self._problems.unknown("parameter", parameter, name.span, there, f"`{whose}`")
            return None
        callback = given.shape
        if not isinstance(callback, CallbackShape) or callback.allocator:
            self._wrong(f"`{name}` is no callback that a later call can be given", name.span, given.promised)
            return None
        for words, help_ in self._misfits(function, member, shape, callback, name):
            self._wrong(words, name.span, given.promised, help_)
            return None
        return CallbackGiven(whose, parameter, callback.user_data, callback)

    def _misfits(
        self,
        function: BoundaryFunction,
        member: s.Member,
        shape: EarlierCallbackShape,
        callback: CallbackShape,
        name: Name,
    ) -> Iterator[tuple[str, str | None]]:
        """Yield why a call cannot be given the callback of another one, each with what can be done about it."""
        if callback.lifetime == "call":
            yield (
                f"`{name}` is the library's until that call returns, and so no later one is about it",
                "say how long it may be invoked: `callback: {lifetime: handle(NAME)}` or `static`",
            )
        assert shape.type is not None
        assert callback.type is not None
        if not self._declarations.same(shape.type, callback.type):
            yield f"`{member.name}` is a `{shape.spelling}`, and `{name}` a `{callback.spelling}`", None
        if callback.lasts_with and not _takes(function, callback.lasts_with):
            yield (
                f"`{function.name}` takes no `{callback.lasts_with}`, so nobody sees which one was given `{name}`",
                None,
            )
        if shape.user_data and not callback.user_data:
            yield (
                f"`{name}` is given without user data, and `{shape.user_data}` is to be what was given",
                None,
            )

    def _wrong(self, words: str, span: Span, other: Span, help_: str | None = None) -> None:
        self._problems.add(Diagnostic(WRONG_VALUE, words, (Label(span), Label(other)), help=help_))


def _takes(function: BoundaryFunction, handle: str) -> bool:
    shapes = (member.shape for member in function.members)
    return any(isinstance(each, s.HandleShape) and each.handle == handle and not each.made for each in shapes)
