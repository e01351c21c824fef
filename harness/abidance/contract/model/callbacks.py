"""`callback:`: a function that the callee calls, wherever a pointer to one is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.calls import FREED_BY
from abidance.contract.language.clauses import Clauses, Name, NamedClauses, clause
from abidance.contract.language.formulas import BEFORE, EXPRESSIONS
from abidance.contract.language.kinds import (
    FUNCTION_NAME,
    LIFETIME,
    OTHERS_PARAMETER,
    PARAMETER_NAME,
    PARAMETER_PATH,
    TEXT,
    TRUE,
    WHAT,
    TrueOr,
    choice,
)
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.language.times import CALLS
from abidance.contract.model.callback_files import FileContents, FileSeek, FileTell, FileWrite
from abidance.contract.model.callback_order import CallbackOrder
from abidance.contract.model.places import LASTS_UNTIL, LIMITS, WHAT_OR_TARGET, Place, TargetPromise
from abidance.contract.model.returns import Returns
from abidance.contract.model.variants import VariantPromise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.times import CallCount
    from abidance.contract.model.types import FieldPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackParam(NamedClauses, Place):
    """What a callback is given at one parameter: the library's to keep."""

    title: ClassVar[str] = "A callback's parameter: what the library may pass."
    rules = (
        LIMITS,
        AtMostOne(("to", "out", "inout", "handle")),
        *(Needs(key, ("to", "out", "inout")) for key in ("length", "align", "misaligned")),
        *(Needs(key, ("to",)) for key in ("encoding", "like", "of", "ended_by", "records", "printf")),
        Needs("capacity", ("out", "inout")),
        Needs("owner", ("to",)),
        Needs("variant", ("to",)),
        Needs("free", ("owner",)),
    )

    # What a callback is given is the callee's, and there for the callback's own time: these would mean nothing here.
    max: int | None = None
    generate: Name | None = None
    lifetime: Name | None = None
    until: tuple[Name, ...] = ()
    alloc: Name | None = None
    fields: Mapping[str, FieldPromise] = field(default_factory=dict)

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the parameter is, in a sentence."))
    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points to: `bytes`, `array`, `string`, or a C type for a single object."
        ),
    )

    out: Name | TargetPromise | None = field(
        default=None,
        metadata=clause(
            WHAT_OR_TARGET,
            "A pointer to memory that the callback writes: `bytes`, `array`, a C type, or, in a mapping, a pointer to "
            "what it lends.",
        ),
    )
    inout: Name | None = field(
        default=None, metadata=clause(WHAT, "A pointer to data that the callback reads and then writes.")
    )
    printf: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "It is a format as `printf` takes it, of what comes last: `...` or a `va_list`. What is seen of it is "
            "the text that it makes.",
        ),
    )
    variant: VariantPromise | None = field(
        default=None,
        metadata=clause(
            RecordOf(VariantPromise),
            "What a pointer to `void` leads to, `to: void`, as another parameter tells.",
        ),
    )
    free: Name | None = field(
        default=None,
        metadata=clause(
            FREED_BY,
            "What the callback frees it with, `free` by default; or a call of it, with others of its parameters, a "
            "handle by its name, and constants.",
        ),
    )

    @property
    def points_at(self) -> Name | TargetPromise | None:
        """Return what the contract says it points at."""
        return self.to or self.out or self.inout


_GIVEN = ListOf(
    OTHERS_PARAMETER, least=1, single=True, words="another function's parameter, or a list of such"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Clauses):
    """A callback."""

    title: ClassVar[str] = "A callback."
    rules = (
        *(
            AtMostOne((one, "compares", "hashes", "allocates", "seeks", "tells"))
            for one in ("at_most", "at", "writes", "whole")
        ),
        AtMostOne(("whole", "writes")),
        AtMostOne(("whole", "at_most")),
        Needs("fails", ("whole",)),
        Needs("zeroed", ("allocates",)),
        Needs("in_all", ("lifetime",)),
        LASTS_UNTIL,
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What it is for, in a sentence."))
    given: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            _GIVEN,
            "It is one that an earlier call was given, such as `add.fn`: the parameter `fn` of `add`.",
        ),
    )
    calls: CallCount | None = field(
        default=None,
        metadata=clause(
            CALLS,
            "How many times one call invokes it: `1`, `0..`, `1..3`, or with expressions such as "
            "`0..n` and `delivered`; `0..` by default.",
        ),
    )
    in_all: CallCount | None = field(
        default=None,
        metadata=clause(
            CALLS,
            "How many times it is invoked in all, from the call that takes it until the handle of its `lifetime` is "
            "destroyed, such as `1`.",
        ),
    )
    order: CallbackOrder | None = field(
        default=None,
        metadata=clause(
            RecordOf(CallbackOrder), "When it may be invoked, by what the callbacks beside it were before."
        ),
    )
    params: Mapping[str, CallbackParam] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_NAME, RecordOf(CallbackParam)), "What the library may pass for each parameter."
        ),
    )
    returns: Returns | None = field(
        default=None,
        metadata=clause(RecordOf(Returns), "What the callback may return; any value of its type by default."),
    )
    compares: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PARAMETER_PATH, words="two parameters, or fields behind them"),
            "It orders these by what they contain, or tells whether they are equal: the same whenever it is asked.",
        ),
    )
    hashes: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_PATH,
            "It answers by what this parameter contains: the same for the same contents.",
        ),
    )
    at_most: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "What it returns at most: a product of its parameters, such as how much it is given to write.",
        ),
    )
    at: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "Where what it reads or writes begins, in elements: a parameter of its own, or a product of some. Without "
            "it, it goes on where it was.",
        ),
    )
    whole: Literal[True, "until_end"] | None = field(
        default=None,
        metadata=clause(
            TrueOr(choice("until_end"), words="`true` or `until_end`"),
            "It reads as much as there is room for, never a part of it, and fails where there is less to read; or "
            "reads what is left there, `until_end`.",
        ),
    )
    fails: Name | None = field(
        default=None,
        metadata=clause(
            FREED_BY,
            "What it calls then and that does not come back, such as `png_error(png, null)`: given its own parameters, "
            "or constants.",
        ),
    )
    contents: FileContents | None = field(
        default=None,
        metadata=clause(
            RecordOf(FileContents),
            "What it reads in all, and hands out in pieces; any bytes by default. In expressions it is `contents`.",
        ),
    )
    seeks: FileSeek | None = field(
        default=None,
        metadata=clause(
            RecordOf(FileSeek), "It moves the position at which a callback beside it reads or writes."
        ),
    )
    tells: FileTell | None = field(
        default=None,
        metadata=clause(
            RecordOf(FileTell),
            "It tells where a callback beside it reads or writes next, how much there is, or whether it is at its end.",
        ),
    )
    writes: FileWrite | None = field(
        default=None,
        metadata=clause(
            RecordOf(FileWrite),
            "It writes to a file, where it is told to or others have moved to. What that holds after the call is its "
            "`contents`.",
        ),
    )
    allocates: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "It allocates this many bytes, a product of its parameters, and returns a pointer to them.",
        ),
    )
    frees: Name | None = field(
        default=None,
        metadata=clause(PARAMETER_NAME, "It frees memory: the parameter that points to the allocated block."),
    )
    zeroed: Literal[True] | None = field(
        default=None, metadata=clause(TRUE, "The allocated memory is zeroed, as by `calloc`.")
    )
    ensures: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(BEFORE, words=EXPRESSIONS),
            "Conditions on every invocation, over its parameters and the arguments of the call.",
        ),
    )
    user_data: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter that receives the user data, if type and name do not determine it.",
        ),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(
            LIFETIME,
            "How long it may be invoked: during the `call` that takes it, by default; until a "
            "`handle(NAME)` is destroyed; or at any time (`static`).",
        ),
    )
    until: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "Calls on the handle of its `lifetime` that end that before; where they are given a callback, of that one.",
        ),
    )

    may_call: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(FUNCTION_NAME, words="a list of functions"),
            "Functions that it may call itself, on the handle that it lasts as long as, or on what it is given.",
        ),
    )

    @property
    def allocator(self) -> bool:
        """Tell whether it is part of an allocator."""
        return self.allocates is not None or self.frees is not None

    threads: Name | None = field(
        default=None,
        metadata=clause(
            choice("same", "any", named=True),
            "The threads it may be invoked on: the `same` as the call's, by default, or `any`.",
        ),
    )


CALLBACK = Shorthand(
    Callback,
    "given",
    _GIVEN,
    words="a mapping, `{}` if it says nothing, or another function's parameter such as `add.fn`",
)
"""A callback, or the name of one that an earlier call was given."""
