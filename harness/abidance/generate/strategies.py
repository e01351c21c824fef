"""One strategy for one function: a `Case` whose arguments keep the contract's preconditions together.

Ranges, members and lengths are met by construction; what is left of `requires` is met by filtering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from abidance.boundary.model.types import HandleShape, PointerShape, RecordShape
from abidance.boundary.model.values import Case
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.drawing import Drawer
from abidance.generate.example_contents import example_contents
from abidance.generate.hints import Hints
from abidance.generate.layouts import layout, loose_pointers, shift
from abidance.generate.scope import FilterLog
from abidance.generate.seeded_source import Dice
from abidance.generate.source import Drawn, Simplest, UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.generate.example_contents import ExampleContents
    from abidance.generate.source import ChoiceSource

_NEAR_AN_EXAMPLE = (False, False, True)


def cases(
    boundary: Boundary,
    function: BoundaryFunction,
    *,
    given: Mapping[str, object] | None = None,
    lawful: bool = True,
    log: FilterLog | None = None,
    hints: Hints | None = None,
) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of `function`.

    `given` fixes arguments, or fields of records, to values; a Scalar stands for any of its numbers. With
    `lawful` False the call is meant to break the preconditions that name something given.
    """
    log = log or FilterLog()
    maker = _Maker.of(boundary, function, given or {}, log, hints, lawful=lawful)

    @st.composite
    def case(draw: Any) -> Case:
        try:
            return maker.case(Drawn(draw))
        except UnlawfulDrawError:
            reject()
        except (EvaluationError, HookError) as error:
            # A condition without a value, say: that is reported once, and the other calls are made all the same.
            log.unjudged.setdefault(str(error.diagnostics[0].span), error)
            reject()

    strategy: st.SearchStrategy[Case] = case()
    return strategy


def further_cases(
    boundary: Boundary,
    function: BoundaryFunction,
    seed: bytes,
    log: FilterLog,
    hints: Hints,
    given: Mapping[str, object] | None = None,
) -> Iterator[Case | None]:
    """Yield valid calls of a function without end, all of which follow from a seed; None for one that is not valid.

    `given` fixes arguments, as in `cases`. Nothing of the function's may be drawn from a strategy of the project's.
    """
    maker = _Maker.of(boundary, function, given or {}, log, hints, lawful=True)
    source = Dice.without_strategies(seed)
    while True:
        try:
            yield maker.case(source)
        except UnlawfulDrawError:
            yield None
        except (EvaluationError, HookError) as error:
            log.unjudged.setdefault(str(error.diagnostics[0].span), error)
            yield None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes cases of one function from choices. `calls` are the examples that some are near to."""

    boundary: Boundary
    function: BoundaryFunction
    hints: Hints
    given: Mapping[str, object]
    log: FilterLog
    lawful: bool
    plain: bool
    loose: int
    calls: tuple[ExampleContents, ...]

    @classmethod
    def of(
        cls,
        boundary: Boundary,
        function: BoundaryFunction,
        given: Mapping[str, object],
        log: FilterLog,
        hints: Hints | None,
        *,
        lawful: bool,
    ) -> _Maker:
        hints = hints or Hints.of(boundary, function)
        calls = example_contents(boundary, function, hints) if lawful and not given else ()
        plain, loose = not has_memory(function), loose_pointers(boundary, (function,))
        return cls(boundary, function, hints, given, log, lawful, plain, loose, calls)

    def case(self, source: ChoiceSource) -> Case:
        """Return a case; raises RefusedError when the choices make none, EvaluationError and HookError."""
        made = self._near_an_example(source) if self.calls else None
        if made is None:
            made = _case(
                self.boundary, self.function, self.hints, source, self.given, self.log, lawful=self.lawful
            )
        if self.plain:
            return made
        flush, fill = layout(source)
        return replace(made, flush=flush, fill=fill, shift=shift(source, self.loose))

    def _near_an_example(self, source: ChoiceSource) -> Case | None:
        """Return an example with altered contents now and then; None otherwise, and where that makes no valid call."""
        if not source.pick(_NEAR_AN_EXAMPLE):
            return None
        given = source.pick(self.calls).altered(source, self.hints, self.calls)
        try:
            return _case(self.boundary, self.function, self.hints, source, given, FilterLog(), lawful=True)
        except (UnlawfulDrawError, EvaluationError):
            return None


def simplest(
    boundary: Boundary,
    function: BoundaryFunction,
    given: Mapping[str, object],
    log: FilterLog,
    hints: Hints | None = None,
    *,
    lawful: bool = True,
) -> Case:
    """Return the case of nothing but simplest choices; raises UnlawfulDrawError where it is not `lawful`."""
    hints = hints or Hints.of(boundary, function)
    return _case(boundary, function, hints, Simplest(), given, log, lawful=lawful)


def has_memory(function: BoundaryFunction) -> bool:
    """Tell whether where memory lies makes a difference to calls of this function."""
    return any(
        isinstance(member.shape, PointerShape | RecordShape | HandleShape) for member in function.members
    )


def _case(
    boundary: Boundary,
    function: BoundaryFunction,
    hints: Hints,
    source: ChoiceSource,
    given: Mapping[str, object],
    log: FilterLog,
    *,
    lawful: bool,
) -> Case:
    return Case(function.name, Drawer(boundary, source, log).arguments(function, hints, given, lawful=lawful))
