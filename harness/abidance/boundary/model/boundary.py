"""The boundary: everything that one contract and its header say, joined and checked against each other."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, cast

from abidance.binding.stub_files import NO_STUBS, StubFiles
from abidance.boundary.model.callback_order import CallbackNames
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Values
    from abidance.contract.model import Contract
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Constant, Layouts


@dataclass(frozen=True, slots=True)
class Setup:
    """Calls that are made before all others: `once` in each process, or else in each test case."""

    calls: tuple[tuple[str, Values], ...] = ()
    once: bool = True


@dataclass(frozen=True, slots=True)
class Boundary:
    """A contract joined with its header.

    `constants` are enumerators and macros that are integers or strings, by name. `stubs` are the compiled
    call stubs of its functions.
    """

    name: str
    contract: Contract
    declarations: Declarations
    layouts: Layouts
    functions: Mapping[str, BoundaryFunction]
    handles: Mapping[str, HandleLife]
    constants: Mapping[str, Constant]
    stubs: StubFiles = NO_STUBS
    laws: Mapping[str, BoundaryLaw] = field(default_factory=dict)
    callbacks: CallbackNames = field(default_factory=CallbackNames)
    setup: Setup = field(default_factory=Setup)
    teardown: tuple[tuple[str, Values], ...] = ()
    """Calls that are made when all handles of a test case were destroyed."""
    references: frozenset[str] = frozenset()
    """The keys of records of which functions know a pointer to `const` alone, by one name: that rules out no change."""

    def belongs(self, name: str) -> bool:
        """Tell whether a function or constant of the header is part of the boundary."""
        return name in self.functions or self.contract.owns_constant(name)

    def span_of(self, name: str) -> Span | None:
        """Return the contract's line of a function, a handle or a law; None for what is none."""
        contract = self.contract
        said = self.functions.get(name) or contract.handles.get(name) or contract.laws.get(name)
        return said.span if said is not None else None

    def scope(
        self,
        *layers: Mapping[str, object],
        own: Mapping[str, object] | None = None,
        outer: Mapping[str, object] | None = None,
    ) -> Mapping[str, object]:
        """Return an environment for expressions: the nearest names first, the header's constants last.

        `layers` have C's names, and `own` those of the language, such as ``result``. `outer` is an environment
        to look in next; without one, there are the constants.
        """
        found = dict(own or {})
        for layer in layers:
            for name, value in layer.items():
                found.setdefault(_spelling(name), value)
        # Never written to, so nothing below needs a copy: a scope is made for every call.
        return ChainMap(found, cast("dict[str, object]", self.constants if outer is None else outer))


_spelling = cache(spelling)
