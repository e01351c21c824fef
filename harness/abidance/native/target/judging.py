"""Compiles what is judged after a call: the rules of `abidance.checks`, as far as C can see what they look at.

Each rule here reports the code of its check and never more than that; what it leaves out, `abidance run` judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    Direction,
)
from abidance.native.target.after_call import AfterCall
from abidance.native.target.answers import ComparedAnswers
from abidance.native.target.c_text import words
from abidance.native.target.handle_arrays import arrays_left, judge_arrays_left
from abidance.native.target.input_format import Elements
from abidance.native.target.last_errors import ask_why
from abidance.native.target.moved_pointers import MovedPointers, note_beginnings
from abidance.native.target.observers import observe
from abidance.native.target.preconditions import demand
from abidance.native.target.promises import Promises
from abidance.native.target.refused_memory import judge_want, told_of_want
from abidance.native.target.returned_values import ReturnedValues
from abidance.native.target.states import StateJudge
from abidance.native.target.written_memory import WrittenMemory

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.boundary.model.functions import Reject
    from abidance.native.target.callback_accounts import CallbackAccounts
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.handle_arrays import ArrayLeft


class CallJudge:
    """What is judged of one call; `reject` is the clause that says that it is refused."""

    def __init__(self, drawer: ArgumentDrawer, reject: Reject | None, accounts: CallbackAccounts) -> None:
        self._call, self._accounts = AfterCall(drawer, reject), accounts
        self.arrays: tuple[ArrayLeft, ...] = ()
        """The arrays in which the call has left handles."""

    @property
    def after(self) -> AfterCall:
        """Return the call, once it has come back."""
        return self._call

    def demand(self, given: Collection[str]) -> None:
        """Compile what preconditions ask before the call, but for those about what is `given` for it to be refused."""
        demand(self._call, given)

    def copy(self) -> None:
        """Compile the copies of memory that is compared after the call, or that `old` looks at."""
        note_beginnings(self._call.drawer)
        for pointee in self._call.drawer.pointees:
            slot = self._call.places.slots[pointee.path]
            if pointee.shape.direction is Direction.OUT or pointee.shape.handed:
                continue
            slot.was = self._call.out.fresh("was")
            self._call.out(f"unsigned char *{slot.was} = abidance_copy({slot.block}, {pointee.size});")
            self._call.out(f"if (!{slot.was}) goto unlawful;")
        for path, record in self._call.places.records.items():
            slot = self._call.places.slots[path]
            slot.was = self._call.out.fresh("was")
            self._call.out(f"unsigned char *{slot.was} = abidance_copy({slot.block}, {record.size});")
            self._call.out(f"if (!{slot.was}) goto unlawful;")

    def before(self) -> None:
        """Compile what postconditions ask before the call."""
        self._call.observed_before = observe(self._call, before=True)

    def come_back(self) -> None:
        """Compile what a call has left, of which nothing is judged: it is a step of a law."""
        states = StateJudge(self._call)
        self._call.values()
        self.arrays = arrays_left(self._call)
        ask_why(self._call)
        states.moves()
        self._accounts.returned(self._call)
        self._call.observed = observe(self._call, before=False)
        states.forget()

    def all(self) -> None:
        """Compile all that is judged, in the order of the checks."""
        call, memory, promises = self._call, WrittenMemory(self._call), Promises(self._call)
        self._call.report("abidance_beside()", "ABD311", "wrote beside a block")
        self._inputs()
        call.values()
        self.arrays = arrays_left(call)
        told_of_want(call)
        ask_why(call)
        states = StateJudge(call)
        states.moves()
        self._accounts.returned(call)
        call.observed = observe(call, before=False)
        ComparedAnswers(call).note_all()
        moved = MovedPointers(call)
        moved.windows()
        if call.reject is None:
            memory.unwritten()
        call.out("if (suspected) goto judged;")
        judge_want(call)
        ReturnedValues(call).outside()
        if call.reject is None:
            moved.astray()
            judge_arrays_left(call, self.arrays)
            promises.invariants()
            for pointee, flag in call.past:
                call.report(flag, "ABD324", pointee.name)
            promises.called_back()
            promises.postconditions()
            states.shown()
            call.out("wanted: __attribute__((unused));")
            memory.overwritten()
        else:
            promises.called_back()
            promises.refusal()
            memory.after_rejection()
        promises.effects()
        call.out("judged: __attribute__((unused));")
        states.forget()

    def _inputs(self) -> None:
        for pointee in self._call.drawer.pointees:
            slot = self._call.places.slots[pointee.path]
            if pointee.shape.direction is Direction.IN and not pointee.shape.handed:
                self._call.report(
                    f"memcmp({slot.block}, {slot.was}, {pointee.size}) != 0", "ABD313", pointee.name
                )

        if any(isinstance(step, Elements) for step in self._call.drawer.steps):
            name = words(self._call.function.name)
            self._call.out("const char *changed = judges ? abidance_changed() : NULL;")
            self._call.out(f'if (changed) abidance_report("ABD313", {name}, changed);')
