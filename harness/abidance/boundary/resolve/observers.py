"""What postconditions ask of other functions, `st_size(s) == old(st_size(s)) + 1`, joined with those functions.

Each is called right after the call that the postcondition is about, or right before it inside of `old(...)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import Observer
from abidance.boundary.model.traversal import leads_to_number, record_of
from abidance.boundary.resolve.asked_functions import AskedFunctions, left_by, refused
from abidance.contract.expression import spelling
from abidance.contract.language.clauses import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.contract.expression import Expression
    from abidance.contract.expression.expression import CallInside
    from abidance.contract.model import Contract


def observing_functions(contract: Contract) -> Iterator[Name]:
    """Yield the functions that the postconditions of others ask."""
    for promise in contract.functions.values():
        refused = (each for reject in promise.rejects for each in reject.ensures)
        for expression in (*promise.ensures, *refused):
            yield from (Name(call.function, call.span) for call in expression.calls)


class Observers(AskedFunctions):
    """Reads which functions the postconditions of others ask; what is wrong goes to `problems`."""

    purpose = "what a postcondition asks"
    depends_on_states = True

    def read(self, function: BoundaryFunction) -> BoundaryFunction:
        """Return a function with those that its postconditions ask."""
        self._only_results(function.ensures)
        found = [self._one(function, call, each) for each in function.ensures for call in each.calls]
        return replace(function, observers=tuple(each for each in found if each is not None))

    def read_refused(self, function: BoundaryFunction) -> BoundaryFunction:
        """Return a function with those that are asked about its calls that are refused."""
        rejects = []
        for reject in function.rejects:
            self._only_results(reject.ensures)
            found = [
                self._one(function, call, each, reject) for each in reject.ensures for call in each.calls
            ]
            rejects.append(replace(reject, observers=tuple(each for each in found if each is not None)))
        return replace(function, rejects=tuple(rejects))

    def _only_results(self, conditions: Iterable[Expression]) -> None:
        """Complain of a field of a call that is no number which it leaves; a record that it returns is its `result`."""
        for expression in conditions:
            for call in expression.calls:
                fields = {
                    each.parts[1]
                    for each in expression.references
                    if each.parts[0] == call.name and each.parts[1:]
                } - {s.RESULT_NAME}
                asked = self.functions.get(call.function)
                for name in sorted(fields - ({*left_by(asked)} if asked is not None else set())):
                    message = (
                        f"`{call.function}` leaves no number in `{name}`: it is only asked what it returns"
                    )
                    remedy = f"a field of a record that it returns is `{call.function}(...).result.{name}`"
                    self.problems.add(refused(message, call.span, asked, remedy))

    def _one(
        self,
        function: BoundaryFunction,
        call: CallInside,
        condition: Expression,
        refused_for: Reject | None = None,
    ) -> Observer | None:
        asked = self.functions.get(call.function)
        if asked is None:
            return None  # which is told where functions are looked for
        if call.library is not None:
            self.problems.add(refused("a library has no place here: both are of one", call.library[1]))
            return None
        if isinstance(asked.result.shape, s.NothingShape) and not left_by(asked):
            message = f"`{asked.name}` returns nothing, which has no value in a condition"
            self.problems.add(refused(message, call.span, asked))
            return None
        arguments = self.arguments(
            function, asked, call, before=call.old, refused_for=refused_for, others=condition.calls
        )
        if arguments is None:
            return None
        shape = asked.result.shape
        by_state = any(self.unlawful(function, asked, arguments, before=call.old, refused_for=refused_for))
        return Observer(asked.name, arguments, shape, call.name, call.span, call.old, call.loops, by_state)


def given_as_left(function: BoundaryFunction, observer: Observer) -> Iterator[str]:
    """Yield the parameters in which a call leaves what an observer is given: memory, a number, or a handle."""
    for member in function.members:
        asked_with = any(
            member.name == each.parameter or spelling(member.name) == each.of for each in observer.arguments
        )
        if asked_with and not observer.before and _is_left(member.shape):
            yield member.name


def _is_left(shape: s.Shape) -> bool:
    if isinstance(shape, s.HandleShape):
        return shape.made
    if not isinstance(shape, s.PointerShape) or not shape.direction.written:
        return False
    return leads_to_number(shape) or record_of(shape) is not None or not shape.direction.read
