"""Compiles what is judged of an invocation at once: what the callback is given, and in which order it is invoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import OpaqueShape, PointerShape, RecordShape, ScalarShape, What
from abidance.native.target.c_text import at_offset
from abidance.native.target.callback_memory import capture_number
from abidance.native.target.callbacks import alone, spelled
from abidance.native.target.domains import in_domain
from abidance.native.target.user_data import changed_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.native.target.c_text import Lines
    from abidance.native.target.callback_accounts import CallbackAccounts
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler


@dataclass(frozen=True, slots=True)
class CallbackArguments:
    """The arguments of one callback. `report` compiles a finding from its code, its condition and what it is about."""

    made: CompiledCallback
    path: str
    clauses: ClauseCompiler
    accounts: CallbackAccounts
    out: Lines
    report: Callable[[str, str, str], None]

    def all(self, call: str) -> None:
        """Compile all that is judged, once the memory has been looked at."""
        self._order(call)
        self._domains(call)
        self._promises(call)

    def _domains(self, call: str) -> None:
        """Compile the look for numbers outside their domain, in arguments and in records behind them."""
        for index, member in enumerate(self.made.shape.members):
            path = f"{self.path}:{member.name}"
            if isinstance(member.shape, ScalarShape):
                self._domain(member.shape, f"{call}.p{index}", "1", path)
            elif isinstance(member.shape, RecordShape):
                self._record_domains(member.shape, f"{call}.p{index}", "1", path)
            elif (
                isinstance(member.shape, OpaqueShape)
                and member.shape.nullable is False
                and index != self.made.shape.given_back
            ):
                self.report("ABD343", f"ABIDANCE_LOAD(void *, {call}.p{index}) == NULL", path)
        for each in self.made.captured:
            behind, path = f"{call}.b{each.number}", f"{self.path}:{'.'.join(each.path)}"
            if each.shape.what is What.ONE:
                self._record_domains(each.shape.element, behind, behind, path)
        self._user_data(f"{call}.p{self.made.shape.given_back}")

    def _user_data(self, at: str) -> None:
        """Compile that what comes back is what the callback was given with."""
        if wrong := changed_data(self.made, at):
            self.report("ABD342", wrong, self.path)

    def _record_domains(self, shape: object, at: str, when: str, path: str) -> None:
        match shape:
            case ScalarShape():
                self._domain(shape, at, when, path)
            case RecordShape():
                for member in shape.members:
                    if not member.within and not member.bits:
                        self._record_domains(
                            member.shape, at_offset(at, member), when, f"{path}.{member.name}"
                        )

    def _domain(self, shape: ScalarShape, at: str, when: str, path: str) -> None:
        allowed = in_domain(shape, at)
        if allowed:
            self.report("ABD343", f"{when} && !({allowed})", path)

    def _order(self, call: str) -> None:
        """Compile that an invocation is held against the order that it has among others."""
        if self.made.ordered is None:
            return
        out, same = self.out, self.accounts.compared(self.accounts.names[self.made.ordered])
        out("uint64_t order_value = 0; int order_known = 1;")
        for index, member in enumerate(self.made.shape.members):
            if member.name in same:
                at, size = f"{call}.p{index}", str(member.shape.size)
                if isinstance(member.shape, PointerShape):
                    number_ = capture_number(self.made, (member.name,))
                    null = f"ABIDANCE_LOAD(void *, {at}) == NULL"
                    out(f"order_known &= {null} || {call}.b{number_};")
                    at, size = f"{call}.b{number_}", f"{call}.b{number_} ? {call}.n{number_} : 0"
                out(f"order_value = order_value * 31 + abidance_hash_of({at}, {size});")
        if self.made.has_scripts:  # of one that is mixed nobody knows along what it counts
            out(f"if ({self.made.name}.mixed) abidance_lose_invocations();")
        out(f"abidance_invoked({self.made.ordered}, &{self.made.name}.with, order_value, order_known);")

    def _promises(self, call: str) -> None:
        """Compile the promises about its arguments alone; the others are judged after the call."""
        names = spelled(self.made.arguments(call, answered=False))
        for index, expression in enumerate(self.made.shape.ensures):
            if alone(expression, names, self.clauses):
                holds = self.clauses.promise(expression, names)
                if holds is not None:
                    self.report("ABD346", f"({holds}) == 0", f"{self.path}:ensures[{index}]")
