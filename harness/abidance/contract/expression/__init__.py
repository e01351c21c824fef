"""The expression language: a small subset of Python, parsed and compiled once, evaluated on values.

Names are looked up in an environment; nothing else can be reached. Text is UTF-8 bytes. A keyword or a
word of the language that is also a C name is written with an underscore (`in_`, `result_`).
"""

from __future__ import annotations

from abidance.contract.expression.environment import (
    CALLS,
    CONTENTS,
    AnotherLives,
    CallbackValue,
    EachAnswer,
    Environment,
    NobodyKnows,
    RecordValue,
    RecordWithBefore,
    StepValues,
    Unavailable,
    declared,
    field_of,
    spelling,
)
from abidance.contract.expression.errors import EvaluationError, NotAskedError, OperationError
from abidance.contract.expression.expression import Expression, ForEach, LoopAround, length_text, parse
from abidance.contract.expression.facts import Fact, MinedLiteral, Narrowing, Operand, Operator, Relation
from abidance.contract.expression.functions import FUNCTIONS, ExpressionFunction
from abidance.contract.expression.references import FieldReferences, Reference, Resolve
from abidance.contract.expression.show import show

__all__ = [
    "CALLS",
    "CONTENTS",
    "FUNCTIONS",
    "AnotherLives",
    "CallbackValue",
    "EachAnswer",
    "Environment",
    "EvaluationError",
    "Expression",
    "ExpressionFunction",
    "Fact",
    "FieldReferences",
    "ForEach",
    "LoopAround",
    "MinedLiteral",
    "Narrowing",
    "NobodyKnows",
    "NotAskedError",
    "Operand",
    "OperationError",
    "Operator",
    "RecordValue",
    "RecordWithBefore",
    "Reference",
    "Relation",
    "Resolve",
    "StepValues",
    "Unavailable",
    "declared",
    "field_of",
    "length_text",
    "parse",
    "show",
    "spelling",
]
