"""The expressions of a contract as C, with one meaning: what `contract/expression` evaluates, or nothing.

A compiled expression is one C expression of type `int` (a statement expression of gcc and clang) over
`native/runtime/expressions.h`. It is ABIDANCE_NO_VALUE where evaluation raises EvaluationError, and as well where C
cannot say what Python does: beyond 127 bits, for `2 ** -1`, in arithmetic on a `long double`, which is exact in Python,
and where lists take more than 1 MiB. It is never another value. What is not compiled at all raises NotCompiledError.
"""

from __future__ import annotations

from abidance.native.expressions.compile import (
    compile_condition,
    compile_integer,
    compile_same,
    compile_value,
)
from abidance.native.expressions.emitter import NotCompiledError
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CGuarded,
    CInt,
    CList,
    CLongDouble,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
    CValue,
)

__all__ = [
    "CBytes",
    "CFloat",
    "CGuarded",
    "CInt",
    "CList",
    "CLongDouble",
    "CNull",
    "CNullable",
    "COpaque",
    "CRecord",
    "CUnavailable",
    "CValue",
    "NotCompiledError",
    "compile_condition",
    "compile_integer",
    "compile_same",
    "compile_value",
]
