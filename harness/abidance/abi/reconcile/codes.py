"""The codes of disagreements between the witnesses of one build (ABD5xx)."""

from __future__ import annotations

from abidance.core.codes import Code, Severity

SYMBOL_MISSING = Code(
    "ABD501",
    "symbol-not-exported",
    explain="""\
A contract speaks of a function or variable that the header declares and the library does not export.

## Why it matters
Callers compile and do not link, or load and stop at the first call. Usual causes are a missing `extern "C"` or
`#[no_mangle]`, hidden visibility, a version script without the name, or a feature that was compiled out.

## Not seen
Functions with a body in the header, which callers compile in.
""",
)
EXPORT_UNDECLARED = Code(
    "ABD502",
    "export-not-declared",
    Severity.NOTE,
    explain="""\
The library exports a symbol that the header does not declare.

## Why it matters
Nothing holds callers back from using it, and no contract says how. Often it was meant to be `static` or hidden.
""",
)
KIND_DIFFERS = Code(
    "ABD503",
    "symbol-kind-differs",
    explain="""\
The header declares a function where the library exports data, or the other way round.

## Why it matters
A call jumps into data, or a read takes code for a value.
""",
)
PARAMETERS_DIFFER = Code(
    "ABD504",
    "parameter-count-differs",
    explain="""\
The library's function takes another number of parameters than its header declares, or is variadic and the header's is
not.

## Why it matters
The function reads registers that no caller has set, or ignores what callers pass. Neither compiler sees it: the one
knows the header, the other the source.
""",
)
PARAMETER_DIFFERS = Code(
    "ABD505",
    "parameter-type-differs",
    explain="""\
A parameter's type in the library is passed otherwise than the one in the header.

## Why it matters
Values arrive truncated, in the wrong registers, or with bits that are no value of the type: a Rust `bool` that is
neither 0 nor 1 is undefined behaviour.

## Not a disagreement
Other names for the same type, enums against integers of their size, pointers to opaque types, bytes against `void`,
`const` behind pointers, and nullable pointers written as `Option` in Rust.
""",
)
RESULT_DIFFERS = Code(
    "ABD506",
    "result-type-differs",
    explain="""\
A function's result in the library is returned otherwise than its header says.

## Why it matters
Callers read a register that was not set, or only a part of the value.
""",
)
RECORD_DIFFERS = Code(
    "ABD507",
    "record-layout-differs",
    explain="""\
A struct or union is laid out otherwise in the library than in the header: another size, a member at another place or
of another type, or a member that only one of them has.

## Why it matters
Each side reads and writes the other's members at the wrong places. It is what happens when a Rust `#[repr(C)]` struct
and a C header are edited apart, or when a library and its users see different macros.
""",
)
ENUM_DIFFERS = Code(
    "ABD508",
    "enum-differs",
    explain="""\
An enum has another width or other values in the library than in the header.

## Why it matters
With another width arguments and members shift. A value that a Rust enum does not list is undefined behaviour as soon as
it arrives.
""",
)
VARIABLE_DIFFERS = Code(
    "ABD509",
    "variable-differs",
    explain="""\
An exported variable has another size or type in the library than in the header.

## Why it matters
A program that is linked without `-fPIC` gets a copy of the size that the library had when it was linked.
""",
)
NOT_FOR_C = Code(
    "ABD510",
    "improper-c-type",
    explain="""\
A function of the boundary takes or returns a Rust type without a C layout, such as a slice, `String` or `Vec`, or a
function pointer without `extern "C"`.

## Why it matters
rustc only warns of it. How such a value is passed is not promised and changes between compilers.
""",
    formerly=("not-for-c",),
)
RUST_CALLED = Code(
    "ABD511",
    "extern-c-missing",
    explain="""\
A function is exported by name and compiled with Rust's calling convention: `extern "C"` is missing.

## Why it matters
The symbol is there, so callers link, and simple arguments may even arrive. Records, results and unwinding do not
follow the platform's rules. Debug information does not tell the convention; the source line that it names does.

## Not seen
Functions that a macro writes. Where the source is not there, `calling-convention-unknown` says so.
""",
)
CONVENTION_UNKNOWN = Code(
    "ABD514",
    "calling-convention-unknown",
    Severity.WARNING,
    explain="""\
The library is written in Rust, and the source file that its debug information names is not there. Nothing else tells
whether a function is `extern "C"`.

## Why it matters
A function with Rust's calling convention is exported and linked like any other, and called in another way than C does.
So it is not known that `extern-c-missing` has nothing to say. Under the policy `no-change` the gate ends with exit
status 3.

## What to do
Check the library where it is built, or give the sources the path that they were built under.
""",
)
CONSTANT_DIFFERS = Code(
    "ABD512",
    "constant-differs",
    explain="""\
A constant has another value in the library's source than in the header.

## Why it matters
Callers have the header's value compiled in; the library checks against its own.
""",
)

DECLARATION_UNDEFINED = Code(
    "ABD513",
    "declaration-not-exported",
    Severity.NOTE,
    explain="""\
The header declares something that the library does not export and that no contract speaks of.

## Why it matters
Headers declare what some builds leave out, such as functions of another platform, so this alone is no error. When
a contract speaks of the function it is one: `symbol-not-exported`.
""",
)
PARAMETERS_EXCHANGED = Code(
    "ABD515",
    "parameters-swapped",
    explain="""\
Two parameters of one type have each other's names in the library: `copy(to, from)` in the header, `copy(from, to)` in
the source.

## Why it matters
No compiler sees it, and every call has its arguments the wrong way round.

## Not seen
Libraries without debug information; parameters that have other names in the source than in the header.
""",
    formerly=("parameters-exchanged",),
)
RESULT_UNDECLARED = Code(
    "ABD516",
    "result-not-declared",
    Severity.NOTE,
    explain="""\
The library's function returns something, and its header says `void`.

## Why it matters
Callers cannot see it, a status, say, and need not look at it. The two types are not compatible (C11 6.5.2.2p9); where
the result comes back in registers, nothing else is wrong.
""",
)

DISAGREEMENTS = (
    SYMBOL_MISSING, EXPORT_UNDECLARED, KIND_DIFFERS, PARAMETERS_DIFFER, PARAMETER_DIFFERS, RESULT_DIFFERS,
    RECORD_DIFFERS, ENUM_DIFFERS, VARIABLE_DIFFERS, NOT_FOR_C, RUST_CALLED, CONSTANT_DIFFERS, DECLARATION_UNDEFINED,
    CONVENTION_UNKNOWN, PARAMETERS_EXCHANGED, RESULT_UNDECLARED,
)  # fmt: skip
