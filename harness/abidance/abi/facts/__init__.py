"""ABI facts: what every witness yields, and what snapshots, the diff and reconciling work on.

Types are those of `abidance.ir.types`, which refer to records and enums by key and to typedefs by name, so every
fact is one line and cyclic types are fine. All names that a type uses are in the same `Facts`, or the type is
incomplete there.

Keys are ``struct tag``, ``union tag`` and ``enum tag``. A record or enum without a tag is keyed by the path of its
use, never by its place in a file: ``struct <name>`` where a typedef names it directly (the first such name in
alphabetical order), else ``struct <record.field>`` after the first record that has it as a field's type, with
pointers and arrays stripped and the host without its own ``struct`` and angle brackets, else ``struct <variable>``,
``struct <function()>`` for a result and ``struct <function(0)>`` for a parameter by position. C11 anonymous members
have no fact of their own: their named members are the host's (6.7.2.1p13), in order, at their offsets in the host.
An enum without tag, typedef and use is no type: its enumerators are constants.

What a witness cannot know is `UNKNOWN`, for a part of a fact, or missing from `Facts.knows`, for a whole family.
Both differ from absent, which says that the witness looked and there is none.
"""

from __future__ import annotations

from abidance.abi.facts.contract import HERE, ClauseFacts
from abidance.abi.facts.declarations import (
    ConstantFacts,
    FunctionFacts,
    ParameterFacts,
    SignatureFacts,
    TypedefFacts,
    VariableFacts,
)
from abidance.abi.facts.evidence import ON_WINDOWS, ElfTarget, Level, WitnessEvidence
from abidance.abi.facts.facts import Facts, Family
from abidance.abi.facts.library import SharedObjectFacts, SymbolFacts
from abidance.abi.facts.records import EnumeratorFacts, EnumFacts, FieldFacts, RecordFacts, Virtual
from abidance.abi.facts.unknown import UNKNOWN, Unknown

__all__ = (
    "HERE",
    "ON_WINDOWS",
    "UNKNOWN",
    "ClauseFacts",
    "ConstantFacts",
    "ElfTarget",
    "EnumFacts",
    "EnumeratorFacts",
    "Facts",
    "Family",
    "FieldFacts",
    "FunctionFacts",
    "Level",
    "ParameterFacts",
    "RecordFacts",
    "SharedObjectFacts",
    "SignatureFacts",
    "SymbolFacts",
    "TypedefFacts",
    "Unknown",
    "VariableFacts",
    "Virtual",
    "WitnessEvidence",
)
