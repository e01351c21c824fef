"""The codes that are no run-time check: environment (ABD0xx), contract (ABD1xx), header (ABD2xx).

Checks bring their own codes (ABD3xx), in `abidance.checks`. A retired code is never used again.
"""

from __future__ import annotations

from abidance.core.codes import Code, Severity

BAD_CONFIGURATION = Code(
    "ABD001",
    "bad-configuration",
    explain="""\
The command line, `[tool.abidance]` or an option says something that has no meaning here.

## What to do
Correct what the message points at; unknown keys are errors so that a typing mistake is never ignored.
""",
)
FILE_NOT_FOUND = Code(
    "ABD002",
    "file-not-found",
    explain="""\
A file that was named does not exist or cannot be read.

## What to do
Paths in a contract are relative to the contract; paths on the command line to the working directory.
""",
)
NO_COMPILER = Code(
    "ABD003",
    "no-compiler",
    explain="""\
No C compiler was found, and layouts are asked from the compiler, never computed.

## What to do
Install gcc or clang, or set `CC`. `abidance doctor` shows what is found.
""",
)
TOOL_MISSING = Code(
    "ABD004",
    "tool-missing",
    explain="""\
A library of the contract needs a tool (cargo, cmake, ...) that this machine does not have.

## Why it matters
The items of that library are reported as not run: what could not be judged is never passed.
""",
)
BUILD_FAILED = Code(
    "ABD005",
    "build-failed",
    explain="""\
The build that `libraries` names ended with an error. The compiler's own words are shown.
""",
)
LIBRARY_MISSING = Code(
    "ABD006",
    "library-missing",
    explain="""\
The shared object that `libraries` or `--library` names was not found.

## What to do
`path` is relative to the contract; `name: z` is searched as the dynamic linker would (libz.so, libz.so.1).
""",
)
NOT_A_LIBRARY = Code(
    "ABD007",
    "not-a-library",
    explain="""\
The file is no ELF shared object, so nothing in it can be called.
""",
)
WRONG_ARCHITECTURE = Code(
    "ABD008",
    "wrong-architecture",
    explain="""\
The shared object was built for another machine than the one that would call it.
""",
)
LIBRARY_UNLOADABLE = Code(
    "ABD009",
    "library-unloadable",
    explain="""\
The dynamic linker refused the shared object, and its own words are shown: often a dependency is not found. Or the
library's own code prevents that it is loaded, which the item of phase `load` tells (ABD355). No function of it can be
judged.
""",
)
SANITIZER_MISSING = Code(
    "ABD010",
    "sanitizer-runtime-missing",
    explain="""\
The library was built with a sanitizer whose runtime library was not found, so the worker cannot load it.

## What to do
Install the runtime of the compiler that built the library (gcc: libasan; clang: compiler-rt).
""",
)
WORKER_LOST = Code(
    "ABD011",
    "worker-lost",
    explain="""\
The kernel or the user killed the worker process, so the call could not be judged.

## Why it matters
A SIGKILL that nobody in the run sent usually means that memory ran out. That is no finding about the
library unless it comes back: run the item alone.
""",
)
UNKNOWN_CASE = Code(
    "ABD012",
    "unknown-case",
    explain="""\
`abidance replay` was given an id that no stored failing call has. Ids are kept under `.abidance/cases`.
""",
)
NOTHING_SELECTED = Code(
    "ABD014",
    "nothing-selected",
    explain="""\
Nothing was run, so nothing passed: no item is left after `--library`, `--build`, `--function` and `--phase`,
or the contract has no library that could be called.

## What to do
Name the implementations under `libraries:`, or give a shared object with `--library NAME=PATH`.
""",
)
PROBE_FAILED = Code(
    "ABD015",
    "probe-failed",
    explain="""\
The compiler would not compile the probe that asks for sizes and offsets. Its own words are shown.
""",
)
SEARCH_STOPPED = Code(
    "ABD025",
    "search-stopped-early",
    explain="""\
An item's search ended before it had tried what a sound function is tried with, or each of its calls ended the process
for a cause that is known, and what was found alone fails nothing: it is suppressed, or did not come back. What else is
there was not looked for, so the item has not passed.

## What to do
Mend what is suppressed, or narrow the contract so that calls that do not end there can be made.
""",
)
INTERNAL_ERROR = Code(
    "ABD016",
    "internal-error",
    explain="""\
abidance itself broke. The traceback is in the file named by the message; please report it.
""",
)
WORKER_NOT_STARTED = Code(
    "ABD017",
    "worker-not-started",
    explain="""\
The process that makes the calls did not come up, so nothing was called. The message names the operation that was
refused, the system's error and the limit behind it: too few processes or descriptors, too little memory, a system
call that a container or the library itself denies.

## What to do
Raise the limit. Where a constructor of the library left it so, the `load` item of the library says that.
""",
)
INSTRUMENT_OFF = Code(
    "ABD020",
    "instrument-off",
    explain="""\
Something that was to watch the calls did not see a fault that was planted for it, so a call without a finding
proves nothing of what it would have seen.

## How it is seen
Before its first call each worker plants a small fault for each of its instruments: a read beside a block, a
write past the end of a heap block, a changed rounding mode. The worker says which were seen, and what was asked for is
compared with that.

## Why it matters
An instrument may be off without a word: the dynamic linker drops a preload that it cannot open, and a sandbox
denies system calls. What did not look has judged nothing.

## What to do
Follow the remedy; `abidance doctor` shows each instrument, whether it is live here, and why not.
""",
)
SYSTEM_REFUSED = Code(
    "ABD018",
    "system-refused",
    explain="""\
The operating system refused something that every run needs: space on a disk, memory, a descriptor, a process,
a device such as `/dev/null`, or the folder that abidance works in. The message has the system's own error, the
place, and the limit behind it where there is one.

## Why it matters
What was judged before holds; all else was not judged, and is never passed.
""",
)

NOT_YAML = Code(
    "ABD101",
    "not-yaml",
    explain="""\
The contract is not valid YAML; the parser's own words are shown at their line.
""",
)
UNKNOWN_KEY = Code(
    "ABD102",
    "unknown-key",
    explain="""\
A key that the contract language does not have at this place. Unknown keys are errors, because a clause
that nobody reads protects nobody.
""",
)
WRONG_VALUE = Code(
    "ABD103",
    "wrong-value",
    explain="""\
A value of the wrong kind, or outside what the clause allows.
""",
)
UNKNOWN_NAME = Code(
    "ABD104",
    "unknown-name",
    explain="""\
A name in the contract that neither the contract nor the header declares.
""",
)
BAD_EXPRESSION = Code(
    "ABD105",
    "bad-expression",
    explain="""\
An expression that does not parse, or uses more of Python than the contract language has.
""",
)
MISSING_KEY = Code(
    "ABD106",
    "missing-key",
    explain="""\
A key that this place of the contract must have.
""",
)
EXPRESSION_FAILED = Code(
    "ABD107",
    "expression-failed",
    explain="""\
An expression could not be evaluated on the values of a call (a division by zero, an index outside a
buffer, a field of a null pointer). The item could not be judged; it is neither passed nor failed.
""",
)
UNSATISFIABLE = Code(
    "ABD109",
    "unsatisfiable",
    explain="""\
The contract's preconditions refuse nearly every call that could be generated, so too few could be tried.

## What to do
Say the condition where values are made: `range`, `one_of`, `length` or `max`. What is left in `requires` is met by
throwing away calls that do not keep it.
""",
)
POINTER_UNSPECIFIED = Code(
    "ABD110",
    "pointer-unspecified",
    explain="""\
C does not say at how many of what a pointer points, nor which way data goes; the contract must.
""",
)
NOT_JUDGED = Code(
    "ABD111",
    "not-judged",
    Severity.NOTE,
    explain="""\
The contract has a clause that this version reads but does not put to the test. It is listed as not judged.
""",
)

HOOK_FAILED = Code(
    "ABD117",
    "python-function-failed",
    explain="""\
A Python function that the contract names with `model` or `generate` is not there, raised an exception, or returned
what has no meaning for the C type. What it was to make or to judge could not be judged.

## What to do
Modules are looked for in the contract's folder, then where Python looks. A `model` takes parameters by name and
returns the result; `generate` takes nothing and returns a Hypothesis strategy.
""",
)

HEADER_NOT_FOUND = Code(
    "ABD201",
    "header-not-found",
    explain="""\
The header that the contract names does not exist.
""",
)
HEADER_NOT_PREPROCESSED = Code(
    "ABD202",
    "header-does-not-preprocess",
    explain="""\
`cc -E` refused the header; the compiler's own words are shown.
""",
)
HEADER_NOT_PARSED = Code(
    "ABD203",
    "header-does-not-parse",
    explain="""\
A declaration of the preprocessed header has a construct that the parser does not know, or a syntax error. What
needs it is lost; the other declarations are read.
""",
)
MEASURED_ELSEWHERE = Code(
    "ABD210",
    "measured-elsewhere",
    Severity.NOTE,
    explain="""\
This build has a sanitizer, whose calls cost more than those of what is shipped: `cost` has nothing to judge here.

## What to do
Hold the library that is shipped to the contract as well. Where no such build is run, `cost` is listed as not judged.
""",
)
NOT_MEASURED = Code(
    "ABD209",
    "not-measured",
    explain="""\
What a function costs could not be measured here, or what was measured says nothing of the library.

## What to do
Time is told by the processor's clock, and instructions are counted one by one, on x86-64. Run budgets of time where
nothing else runs; `instructions` holds on a shared machine as well.
""",
)
TYPE_REFUSED = Code(
    "ABD204",
    "type-refused",
    explain="""\
Nothing here can pass this type by value as the compiler does, so the function is refused by name rather than
called wrongly. Behind a pointer the type is fine.
""",
)
CONTRADICTS_HEADER = Code(
    "ABD205",
    "contradicts-header",
    explain="""\
The contract says something about a declaration that the header denies: a parameter that does not point,
an out parameter that is const, a type of another name.
""",
)
LAYOUT_DIFFERS = Code(
    "ABD206",
    "layout-differs",
    explain="""\
The layout that the contract pins is not the one that the compiler gives the header's record.
""",
)
SYMBOL_MISSING = Code(
    "ABD207",
    "symbol-missing",
    explain="""\
The header declares the function, the contract promises it, and the library does not export it.
""",
)
STUB_REFUSED = Code(
    "ABD208",
    "stub-refused",
    explain="""\
What ctypes passes wrongly (unions, bit-fields, packed records, `long double`, variable arguments) and what has
its body in the header goes through a call stub: generated C, compiled with the project's own compiler and
header. The compiler refuses this one, so the function is not called; its words are shown.
""",
)

LOAD_FAILED = Code(
    "ABD355",
    "load-failed",
    explain="""\
Flags a library that cannot be loaded because of what its own code does then: a constructor, a static initialiser or the
resolver of an `ifunc` crashes, ends the process, does not come back, or closes descriptors that it did not open.

## Why it matters
The program that links the library ends before its `main` begins, and nothing that it could do would help.

## Example
    __attribute__((constructor)) static void setup(void) { if (!getenv("HOME")) abort(); }

## How it is seen
Each library and build is loaded once before anything is called, as an item of phase `load`, and what that item says is
not said again of each function: those are not judged. `load_limit` of the configuration is how long loading may take,
20 s by default.

## Not seen
What happens when the library is unloaded, or the process ends.
""",
)
LOAD_CHANGES_PROCESS = Code(
    "ABD354",
    "load-changes-process",
    explain="""\
Flags a library that changes the process when it is loaded, or prints something: the locale, the working directory, the
umask, the environment, signal handlers, masks and stacks, limits, timers, floating-point control, user or group, a
descriptor that it did not open, a child process that it leaves.

## Why it matters
Nobody calls a constructor, so nobody looks for the cause there. `-ffast-math` at link time is one such: a constructor
flushes small numbers to zero for the whole process.

## Example
    __attribute__((constructor)) static void setup(void) { signal(SIGPIPE, SIG_IGN); }

## How it is seen
The process is compared before and after `dlopen`, once for each library and build, as an item of phase `load`. Where it
is meant to be so, `may: [...]` at the top of the contract says it. Threads and descriptors of the library's own are no
finding; where a fork would be without what a constructor has made, each worker loads the library itself.

## Not seen
What is changed and put back while the library is loaded; what a library that it depends on does and what it does itself
are told alike.
""",
)
ANSWERS_VARY = Code(
    "ABD332",
    "nondeterministic-result",
    explain="""\
A library does not answer the same call alike twice, so its answers cannot be compared with another's. It may be
meant to be so (a clock, random numbers), or memory that was never written may show.

## What to do
Where it is meant, leave the function or the parameter out: `equivalence: {except: {now: it is a clock}}`.
""",
    formerly=("answers-vary",),
)

CATALOGUE: tuple[Code, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Code))
