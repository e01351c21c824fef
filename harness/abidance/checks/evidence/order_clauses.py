"""The clauses of one callback's `order`, held against one invocation of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.print_c.literals import in_words
from abidance.contract.expression import Unavailable, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.callback_order import OrderedCallback, ResolvedOrder
    from abidance.checks.evidence.callback_order import OrderedInvocation, OrderJudge, OrderScope
    from abidance.contract.language.clauses import Name

_Wrong = tuple[str, "Name", str]
"""A clause that is not kept, the name in it that is to blame, and what happened instead."""


class OrderClauses:
    """The clauses of an order, held against one invocation."""

    def __init__(
        self, judge: OrderJudge, scope: OrderScope, one: OrderedInvocation, order: ResolvedOrder
    ) -> None:
        self._judge = judge
        self._scope = scope
        self._one = one
        self._order = order
        self._call = one.invocation.call

    def wrong(self) -> Iterator[_Wrong]:
        """Yield what is not kept."""
        order = self._order
        if order.within:
            yield from self._within(order.within)
        if order.ends:
            yield from self._ends(order.ends)
        for each in order.outside:
            yield from self._outside(each)
        around = order.ends or order.within
        at = self._begun(around)
        if not around or (at is not None and self._is_last(at, around)):
            yield from self._counted(at, around)
        if order.follows:
            yield from self._follows(order.follows)

    def _counted(self, at: int | None, around: tuple[OrderedCallback, ...]) -> Iterator[_Wrong]:
        """Yield what is wrong with what was invoked before, since something began."""
        seen = self._scope.seen[0 if at is None else at + 1 :]
        names = {each.name for each in seen}
        since = None if at is None else self._scope.seen[at].invocation.call
        where = f" since {_any_of(around)}" if around else ""
        for each in self._order.after:
            if each.of in names or self._judge.is_seen(self._scope, (each.of,), self._call, since):
                self._judge.hold(self._one, "after")
                if each.of not in names:
                    yield "after", each.name, f"before any `{each.name}`{where}"
        for each in self._order.before:
            self._judge.hold(self._one, "before")
            if each.of in names:
                yield "before", each.name, f"after `{each.name}`{where}"

    def _within(self, outer: tuple[OrderedCallback, ...]) -> Iterator[_Wrong]:
        at, names = self._begun(outer), [each.of for each in outer]
        if at is None and not self._judge.is_seen(self._scope, names, self._call):
            return
        self._judge.hold(self._one, "within")
        if at is None:
            ended = any(each.name in names for each in self._scope.seen)
            why = "the last one was ended" if ended else "there was none before"
            yield "within", outer[0].name, f"outside of a {_any_of(outer)}: {why}"

    def _outside(self, other: OrderedCallback) -> Iterator[_Wrong]:
        at = self._begun((other,))
        self._judge.hold(self._one, "outside")
        if at is not None and self._is_open(at):
            yield "outside", other.name, f"while a `{other.name}` was not ended"

    def _ends(self, begins: tuple[OrderedCallback, ...]) -> Iterator[_Wrong]:
        at = self._begun(begins)
        if at is None:
            if self._judge.is_seen(self._scope, (each.of for each in begins), self._call):
                self._judge.hold(self._one, "ends")
                yield "ends", begins[0].name, f"with no {_any_of(begins)} to end"
            return
        if not self._is_last(at, begins):
            return
        self._judge.hold(self._one, "ends")
        scope = self._scope
        begin = next(each for each in begins if each.of == scope.seen[at].name)
        inner = next((each for each in scope.begun if each > at and self._is_open(each)), None)
        if inner is not None:
            first = scope.seen[inner].name.partition(".")[2]
            yield "ends", begin.name, f"to end a `{begin.name}` before the `{first}` in it was ended"
            return
        for name in self._order.promise.same:
            given, told = (self._judge.value(each, name.text) for each in (scope.seen[at], self._one))
            if isinstance(given, Unavailable) or isinstance(told, Unavailable):
                continue
            self._judge.hold(self._one, "same")
            if given != told:
                members = {member.name: member.shape for member in self._one.placed.shape.members}
                shape = members[name.text]
                one = isinstance(shape, ScalarShape)
                now, then = (in_words(shape, each) if one else show(each) for each in (told, given))
                words = f"with {now} as `{name}`, to end a `{begin.name}` that had {then}"
                yield "same", name, words

    def _follows(self, others: tuple[OrderedCallback, ...]) -> Iterator[_Wrong]:
        last = self._scope.seen[-1] if self._scope.seen else None
        since = None if last is None else last.invocation.call
        right = last is not None and last.name in {each.of for each in others}
        if not right and not all(
            self._judge.is_seen(self._scope, (each.of,), self._call, since) for each in others
        ):
            return
        self._judge.hold(self._one, "follows")
        if not right:
            where = "first of all" if last is None else f"right after `{last.name.partition('.')[2]}`"
            yield "follows", others[0].name, f"{where}, not after {_any_of(others)}"

    def _begun(self, ones: tuple[OrderedCallback, ...]) -> int | None:
        """Return where the last of some began that is not ended; None where all are."""
        names = {each.of for each in ones}
        found = (at for at in reversed(self._scope.begun) if self._scope.seen[at].name in names)
        return next(found, None)

    def _is_last(self, at: int, ones: tuple[OrderedCallback, ...]) -> bool:
        """Tell whether what began somewhere is known to be the last of some: no other began, or ended, unseen."""
        begun = self._scope.seen[at]
        groups = ([each.of for each in ones], self._judge.enders(begun.name))
        return all(
            self._judge.is_seen(self._scope, each, self._call, begun.invocation.call) for each in groups
        )

    def _is_open(self, at: int) -> bool:
        """Tell whether what began somewhere is known not to be ended."""
        begun = self._scope.seen[at]
        return self._judge.is_seen(
            self._scope, self._judge.enders(begun.name), self._call, begun.invocation.call
        )


def _any_of(ones: tuple[OrderedCallback, ...]) -> str:
    return " or ".join(f"`{each.name}`" for each in ones)
