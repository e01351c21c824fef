"""The `order` of callbacks in C: which of them are compiled, as tables, and what each call and invocation adds to them.

`runtime/orders.h` keeps the account of what was invoked, and holds the tables against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.callback_order import called, name_of
from abidance.boundary.model.traversal import callbacks_of
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, What
from abidance.contract.model.lifetimes import handle_in
from abidance.native.target.c_text import words
from abidance.native.target.reasons import Left
from abidance.native.target.states import mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callback_order import OrderedCallback, ResolvedOrder
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.tables import Tables

_MOST = 60
"""So many callbacks, and groups of them, there are at most: each is a bit."""
_CLAUSES = ("after", "before", "follows", "within", "outside", "ends", "same", "by", "first", "along")


@dataclass(slots=True)
class CallbackAccounts:
    """The orders of one boundary that are compiled, among callbacks by their own names."""

    boundary: Boundary
    tables: Tables
    orders: dict[str, ResolvedOrder] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    groups: list[frozenset[str]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    _givers: dict[str, list[tuple[BoundaryFunction, CallbackShape]]] = field(default_factory=dict)

    @classmethod
    def of(cls, boundary: Boundary, tables: Tables) -> CallbackAccounts:
        """Return the orders of a boundary; all of those along one thing are left where one of them is."""
        found = cls(boundary, tables)
        for function in boundary.functions.values():
            for path, shape in callbacks_of(function.members):
                name = name_of(function, path, boundary.handles)
                found._givers.setdefault(name, []).append((function, shape))
        refused: dict[str, str] = {}
        for each in boundary.callbacks.orders.values():
            reason = found._refused(each)
            if reason:
                refused.setdefault(each.along, reason)
        found.orders = {n: each for n, each in boundary.callbacks.orders.items() if each.along not in refused}
        found._number()
        if max(len(found.names), len(found.groups)) > _MOST:
            refused = {each.along: "there are too many callbacks in orders" for each in found.orders.values()}
            found.orders, found.names, found.scopes, found.groups = {}, (), (), []
        found._leave(refused)
        return found

    def _refused(self, order: ResolvedOrder) -> str:
        """Return why an order is not compiled; empty where it is."""
        handle = handle_in(order.along)
        own = next(name for name, each in self.boundary.callbacks.orders.items() if each is order)
        if order.promise.first is not None:
            return "which of the callbacks that several calls have given comes first"
        for name in (own, *(each.of for each in order.named)):
            givers = self._givers.get(name, [])
            if not givers or self._is_field_of_handle(name):
                return "the order of callbacks in arrays or in handles"
            for function, shape in givers:
                if shape.until:
                    return "the order of callbacks whose time another call ends"
                if handle and not any(each == handle for each in _kinds(function)):
                    return f"the order along a `{handle}` that callbacks reach through another handle"
                kept = bool(shape.lasts_with)
                if kept and (shape.by or shape.allocator or (shape.type is not None and shape.type.variadic)):
                    return "the order of kept callbacks that answer by what they are given, or give memory"
        return ""

    def _is_field_of_handle(self, name: str) -> bool:
        records = (life.record for life in self.boundary.handles.values() if life.record is not None)
        return name.partition(".")[0] in {called(record) for record in records}

    def _leave(self, refused: dict[str, str]) -> None:
        for name, order in self.boundary.callbacks.orders.items():
            reason = refused.get(order.along)
            givers = self._givers.get(name, ())
            for function in (each for each, _ in givers if reason):
                for clause in (each for each in _CLAUSES if order.promise.says(each)):
                    self.left.append(Left(function.name, reason or "", order.promise.value_span(clause)))

    def _number(self) -> None:
        """Set up callbacks, what there are orders along, and groups of callbacks, each of which has a number."""
        named = {each.of for order in self.orders.values() for each in order.named}
        self.names = tuple(sorted({*self.orders, *named}))
        self.scopes = tuple(sorted({order.along for order in self.orders.values()}))
        for name in self.names:
            self._group(self._enders(name))
        for order in self.orders.values():
            for each in (order.within, order.ends, order.follows):
                self._group({one.of for one in each})
            for one in order.named:
                self._group({one.of})

    def _group(self, names: Iterable[str]) -> int:
        """Return the number of a group; 0 for an empty one."""
        group = frozenset(names)
        if group and group not in self.groups:
            self.groups.append(group)
        return self.groups.index(group) + 1 if group else 0

    def _enders(self, name: str) -> set[str]:
        return {each for each, order in self.orders.items() if any(one.of == name for one in order.ends)}

    # ------------------------------------------------------------------ tables

    @property
    def constants(self) -> dict[str, int]:
        """Return how many of each there are, as the runtime is told."""
        return {"NAMES": len(self.names), "GROUPS": len(self.groups) + 1, "SCOPES": len(self.scopes)}

    @property
    def text(self) -> str:
        """Return the tables."""
        if not self.orders:
            return ""
        lines: list[str] = []
        rules = [self._rule(name, number, lines) for number, name in enumerate(self.names)]
        groups = ", ".join(["0", *(f"UINT64_C({self._bits(each):#x})" for each in self.groups)])
        scopes = ", ".join(self._scope(along) for along in self.scopes)
        return "\n".join(
            [
                *lines,
                f"static const abidance_rule abidance_rules[ABIDANCE_NAMES] = {{{', '.join(rules)}}};",
                f"static const uint64_t abidance_groups[ABIDANCE_GROUPS] = {{{groups}}};",
                f"static const abidance_scope abidance_scopes[ABIDANCE_SCOPES] = {{{scopes}}};",
            ]
        )

    def _bits(self, names: Iterable[str]) -> int:
        return sum(1 << self.names.index(name) for name in {*names} if name in self.names)

    def _scope(self, along: str) -> str:
        kinds = {"call": "ABIDANCE_ALONG_CALL", "static": "ABIDANCE_ALONG_ALL"}
        own = any(order.own for order in self.orders.values() if order.along == along)
        return f"{{{kinds.get(along, 'ABIDANCE_ALONG_HANDLE')}, {int(own)}}}"

    def _rule(self, name: str, number: int, lines: list[str]) -> str:
        """Return the entry of a callback; what it names goes before that."""
        order, ended = self.orders.get(name), self._group(self._enders(name))
        if order is None:
            return f"{{.name = {words(name)}, .ended = {ended}}}"
        entry = {
            "name": words(name), "ordered": 1, "scope": self.scopes.index(order.along), "own": int(order.own),
            "same": int(bool(self.compared(name))), "ended": ended, "by": self._by(order),
            **{each: self._group(one.of for one in getattr(order, each)) for each in ("within", "ends", "follows")},
        }  # fmt: skip
        for clause, table in (
            ("after", "after"),
            ("before", "before"),
            ("outside", "outside"),
            ("follows", "followed"),
        ):
            named: tuple[OrderedCallback, ...] = getattr(order, clause)
            if named:
                pairs = ", ".join(f"{{{self.names.index(e.of)}, {self._group({e.of})}}}" for e in named)
                lines.append(f"static const abidance_named abidance_{table}{number}[] = {{{pairs}}};")
                entry |= {f"{clause}_count": len(named), table: f"abidance_{table}{number}"}
        return f"{{{', '.join(f'.{key} = {value}' for key, value in entry.items())}}}"

    def _by(self, order: ResolvedOrder) -> str:
        life = self.boundary.handles.get(handle_in(order.along))
        if life is None or life.machine is None or not order.promise.by:
            return "0"
        return mask(life.machine, {each for by in order.promise.by for each in life.machine.called(by.text)})

    def compared(self, name: str) -> tuple[str, ...]:
        """Return the parameters that are the same where one ends what another begins; none where C has no such."""
        ends = [name, *self._enders(name)]
        orders = [
            self.orders[each] for each in ends if each in self.orders and self.orders[each].promise.same
        ]
        if not orders:
            return ()
        same = tuple(each.text for each in orders[0].promise.same)
        alike = all(tuple(each.text for each in order.promise.same) == same for order in orders)
        mine = {name, *ends, *(one.of for order in orders for one in order.ends)}
        shapes = [self._givers[each][0][1] for each in mine]
        return same if alike and all(_has(shape, each) for shape in shapes for each in same) else ()

    def number(self, function: BoundaryFunction, path: str) -> int | None:
        """Return the number of a callback that has a place in an order; None for any other."""
        name = name_of(function, path, self.boundary.handles)
        return self.names.index(name) if name in self.names else None

    # ------------------------------------------------------------------ calls

    def before(self, drawer: ArgumentDrawer) -> None:
        """Compile what is noted of a call before it is made: which callbacks it gives, and on which handles it is."""
        if not self.orders:
            return
        function, out = drawer.function, drawer.out
        on = [(scope, i) for scope in range(len(self.scopes)) for i in self._handles(drawer, scope)]
        given = [*self._given(drawer)]
        everywhere = [n for n, along in enumerate(self.scopes) if not handle_in(along)]
        out("unsigned before_made = abidance_handle_count; (void)before_made;")
        out(f"abidance_counts_call({words(function.name)}, !abidance_role && (alone || abidance_sequence));")
        out(
            f"uint64_t gave = 0{''.join(f' | (uint64_t)({there}) << {n}' for n, _, there in given)}; (void)gave;"
        )
        for scope, ident in [*on, *((scope, "0") for scope in everywhere)]:
            self._count(drawer, scope, ident, given)
        for path, made in drawer.places.callbacks.items():
            if self.number(function, ".".join(path)) is not None:
                self._give(drawer, made)

    def _count(
        self, drawer: ArgumentDrawer, scope: int, ident: str, given: list[tuple[int, CallbackShape, str]]
    ) -> None:
        takes = any(shape.lifetime != "call" for _, shape in callbacks_of(drawer.function.members))
        invokes = not handle_in(self.scopes[scope]) or not takes
        nowhere = any(
            each.ident == ident and len(each.machine.states) > 1 and not each.machine.copies
            and (each.transition is None or not each.transition.targets)
            for each in drawer.orders
        )  # fmt: skip
        may, lasting = self._masks(given)
        text = (
            f"abidance_account_call({scope}, (unsigned){ident}, {may}, gave, {lasting}, {self._replaced(drawer)}, "
            f"{int(invokes)}, {int(nowhere)});"
        )
        drawer.out(text if ident == "0" else f"if ({ident}) {text}")

    def _masks(self, given: list[tuple[int, CallbackShape, str]]) -> tuple[str, str]:
        may = sum(1 << n for n in {n for n, _, _ in given})
        lasting = sum(1 << n for n in {n for n, shape, _ in given if shape.lifetime != "call"})
        return f"UINT64_C({may:#x})", f"UINT64_C({lasting:#x})"

    def _replaced(self, drawer: ArgumentDrawer) -> str:
        """Return the groups of which a callback of the same type, that is in no order, may take the place."""
        function, shapes = drawer.function, self.boundary.callbacks.shapes
        other = {
            shape.kind
            for path, shape in callbacks_of(function.members)
            if not self.boundary.callbacks.is_ordered(name_of(function, path, self.boundary.handles))
        }
        found = [n for n, group in enumerate(self.groups, 1) if other & {shapes[each].kind for each in group}]
        return f"UINT64_C({sum(1 << n for n in found):#x})"

    def _given(self, drawer: ArgumentDrawer) -> Iterator[tuple[int, CallbackShape, str]]:
        """Yield the callbacks that a call may give, with the condition that it does."""
        for path, shape in callbacks_of(drawer.function.members):
            number = self.number(drawer.function, path)
            if number is not None:
                place = tuple(path.split("."))
                there = place in drawer.places.callbacks
                yield (
                    number,
                    shape,
                    f"ABIDANCE_LOAD(void *, {drawer.address(place)}) != NULL" if there else "0",
                )

    def _handles(self, drawer: ArgumentDrawer, scope: int) -> list[str]:
        handle = handle_in(self.scopes[scope])
        return [ident for _, shape, ident in drawer.handles if shape.handle == handle]

    def _give(self, drawer: ArgumentDrawer, made: CompiledCallback) -> None:
        """Compile with what a callback is given: the first handle of each kind, or the one that the call makes."""
        drawer.out(f"{made.name}.with.giver = abidance_order_call, {made.name}.with.gave = gave;")
        for scope, along in enumerate(self.scopes):
            idents, handle = self._handles(drawer, scope), handle_in(along)
            makes = any(shape.handle == handle for _, shape in left_by(drawer.function))
            ident = idents[0] if idents else "ABIDANCE_UNMADE" if makes else "0"
            drawer.out(f"{made.name}.with.along[{scope}] = (unsigned){ident};")

    def made(self, drawer: ArgumentDrawer) -> None:
        """Compile with which callbacks a handle has been made."""
        given = [*self._given(drawer)] if self.orders else []
        for scope, along in enumerate(self.scopes) if given else ():
            handle = handle_in(along)
            if self._handles(drawer, scope) or not any(
                s.handle == handle for _, s in left_by(drawer.function)
            ):
                continue
            ident, (may, lasting) = f"abidance_made[{self.tables.kind(handle)}]", self._masks(given)
            with drawer.out.block(f"if ({ident} > before_made)"):
                drawer.out(f"abidance_account_call({scope}, {ident}, {may}, gave, {lasting}, 0, 0, 0);")
                drawer.out(
                    f"if (abidance_unmade >> {scope} & 1) abidance_account_of({scope}, {ident}, 0)->lost = 1;"
                )
                for path, made in drawer.places.callbacks.items():
                    if self.number(drawer.function, ".".join(path)) is not None:
                        drawer.out(f"{made.name}.with.along[{scope}] = {ident};")

    def returned(self, call: AfterCall) -> None:
        """Compile what a call has done to accounts: where they begin anew, or all that has begun must have ended."""
        for scope, along in enumerate(self.scopes):
            by = any(order.promise.by for order in self.orders.values() if order.along == along)
            for each in call.drawer.orders:
                if each.machine.handle != handle_in(along) or "." in each.parameter:
                    continue
                transition = each.machine.transition(each.function, each.parameter)
                if transition is not None and transition.resets:
                    call.out(
                        f"if ({each.ident}) abidance_begin_anew({scope}, (unsigned){each.ident}, success);"
                    )
                elif by and self.boundary.handles[each.machine.handle].destroy != each.function:
                    call.out(f"if ({each.ident}) abidance_reached({scope}, (unsigned){each.ident});")


def _kinds(function: BoundaryFunction) -> list[str]:
    shapes = [function.result.shape, *(member.shape for member in function.members)]
    return [each.handle for each in shapes if isinstance(each, HandleShape)]


def _has(shape: CallbackShape, name: str) -> bool:
    """Tell whether C compares a parameter: a whole number, or a text."""
    member = next((each for each in shape.members if each.name == name), None)
    if member is None:
        return False
    if isinstance(member.shape, ScalarShape):
        return member.shape.kind != "float" and member.shape.size <= 8
    return isinstance(member.shape, PointerShape) and member.shape.what is What.STRING
