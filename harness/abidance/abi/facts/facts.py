"""All facts of one build of one boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from abidance.abi.facts.evidence import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.facts.contract import ClauseFacts
    from abidance.abi.facts.declarations import ConstantFacts, FunctionFacts, TypedefFacts, VariableFacts
    from abidance.abi.facts.evidence import ElfTarget, WitnessEvidence
    from abidance.abi.facts.library import SharedObjectFacts
    from abidance.abi.facts.records import EnumFacts, RecordFacts
    from abidance.ir.layout import Scalar


class Family(StrEnum):
    """A kind of facts that a witness tells completely or not at all."""

    FUNCTIONS = "functions"
    VARIABLES = "variables"
    TYPES = "types"  # records, enums, and the sizes of scalars, as far as what is described reaches them
    TYPEDEFS = "typedefs"
    CONSTANTS = "constants"
    SYMBOLS = "symbols"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one or more witnesses say of one build, narrowed to the boundary's surface and what that reaches.

    `knows` has the families that were looked at: a name that is not in such a family's mapping is absent, one of
    any other family is unknown. `scalars` is keyed by canonical C spelling plus ``void *``. `language` is ``c`` or
    ``rust``: what the binary was compiled from.
    """

    target: ElfTarget | None
    evidence: tuple[WitnessEvidence, ...]
    knows: frozenset[Family]
    functions: Mapping[str, FunctionFacts] = field(default_factory=dict)
    variables: Mapping[str, VariableFacts] = field(default_factory=dict)
    records: Mapping[str, RecordFacts] = field(default_factory=dict)
    enums: Mapping[str, EnumFacts] = field(default_factory=dict)
    typedefs: Mapping[str, TypedefFacts] = field(default_factory=dict)
    constants: Mapping[str, ConstantFacts] = field(default_factory=dict)
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    library: SharedObjectFacts | None = None
    clauses: tuple[ClauseFacts, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nothing was there to look at: whoever compares nothing finds no change.

        A header may well declare what is no fact, such as a static object.
        """
        tables = self.functions, self.variables, self.records, self.enums, self.typedefs, self.constants
        exports = self.library is not None and self.library.symbols
        return not any(tables) and not exports and self.level("header") is Level.NOTHING

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Return the witnesses that told something."""
        return tuple(each.witness for each in self.evidence if each.level > Level.NOTHING)

    def level(self, witness: str) -> Level:
        """Return how much `witness` told; NOTHING where it was not asked."""
        return next((each.level for each in self.evidence if each.witness == witness), Level.NOTHING)
