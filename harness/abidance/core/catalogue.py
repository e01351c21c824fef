"""The codes that are no run-time check: environment (ABD0xx), contract (ABD1xx), header (ABD2xx).

Checks bring their own codes (ABD3xx), in `abidance.checks`. A retired code is never used again.
"""

from __future__ import annotations

from abidance.core.codes import Code, Severity

BAD_CONFIGURATION = Code(
    "ABD001",
    "bad-configuration",
    explain="""\
The command line, `[tool.abidance]` or an option has an invalid key or value.

## What to do
Correct what the message points at. Unknown keys are errors, so that a typo is never ignored.
""",
)
FILE_NOT_FOUND = Code(
    "ABD002",
    "file-not-found",
    explain="""\
A named file does not exist or cannot be read.

## What to do
Paths in a contract are relative to the contract; paths on the command line to the working directory.
""",
)
NO_COMPILER = Code(
    "ABD003",
    "no-compiler",
    explain="""\
No C compiler was found. Layouts are asked of the compiler, never computed.

## What to do
Install gcc or clang, or set `CC`. `abidance doctor` shows what was found.
""",
)
TOOL_MISSING = Code(
    "ABD004",
    "tool-missing",
    explain="""\
A library of the contract needs a tool (cargo, cmake, ...) that is not installed.

## Why it matters
The items of that library are reported as not run: what could not be judged never passes.
""",
)
BUILD_FAILED = Code(
    "ABD005",
    "build-failed",
    explain="""\
The build that `libraries` names failed. The compiler's output is shown.
""",
)
LIBRARY_MISSING = Code(
    "ABD006",
    "library-missing",
    explain="""\
The shared object that `libraries` or `--library` names was not found.

## What to do
`path` is relative to the contract; `name: z` is searched like the dynamic linker does (libz.so, libz.so.1).
""",
)
NOT_A_LIBRARY = Code(
    "ABD007",
    "not-a-library",
    explain="""\
The file is not an ELF shared object, so no function in it can be called.
""",
)
WRONG_ARCHITECTURE = Code(
    "ABD008",
    "wrong-architecture",
    explain="""\
The shared object was built for another architecture than this machine's.
""",
)
LIBRARY_UNLOADABLE = Code(
    "ABD009",
    "library-unloadable",
    explain="""\
The dynamic linker refused the shared object, often because a dependency is missing; its message is shown. Or the
library's own code prevents loading, which the item of phase `load` reports (ABD355). No function of it can be judged.
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
A SIGKILL that nobody in the run sent usually means that memory ran out. That is not a finding about the library
unless it happens again: run the item alone.
""",
)
UNKNOWN_CASE = Code(
    "ABD012",
    "unknown-case",
    explain="""\
`abidance replay` was given an id that no stored failing call has. Cases are stored under `.abidance/cases`.
""",
)
UNKNOWN_RUN = Code(
    "ABD030",
    "unknown-run",
    explain="""\
`abidance compare` was given a name that is neither `last`, nor the number of a run that is kept, nor a revision of git
of which one is kept. A run of files that were changed after the commit stands for no revision.

## What to do
`abidance history` lists the runs that are kept, with their numbers. Check the revision out and run there what is to be
compared.
""",
)
NOTHING_SELECTED = Code(
    "ABD014",
    "nothing-selected",
    explain="""\
Nothing was run, so nothing passed: no item matches `--library`, `--build`, `--function` and `--phase`, or the
contract has no library to call.

## What to do
Name the implementations under `libraries:`, or give a shared object with `--library NAME=PATH`.
""",
)
PROBE_FAILED = Code(
    "ABD015",
    "probe-failed",
    explain="""\
The compiler rejected the probe that asks for sizes and offsets. Its message is shown.
""",
)
SEARCH_STOPPED = Code(
    "ABD025",
    "search-stopped-early",
    explain="""\
An item's search ended before it had tried everything that it tries on a sound function, or every call ended the
process for a known cause, and the only findings are suppressed or did not repeat. Or the run's time (`--max-time`) was
up. Other defects were not looked for, so the item has not passed.

## What to do
Fix what is suppressed, or narrow the contract to calls that do not end the process; give the run more time.
""",
)
NOT_REACHED = Code(
    "ABD026",
    "not-reached",
    explain="""\
The run ended before these items were judged: its time was up (`--max-time`), or it had found as much as it was to find
(`--max-failures`, `-x`). What was found until then is kept.

## How it is detected
No item begins once a limit is reached. With `--max-time`, an item that is under way finishes the call that it makes,
and tries nothing new; unless it has found something, it was not judged either. One that makes no call, since its values
are never made up, ends a few seconds of the processor later.

## Why it matters
An item that was not reached has not passed: the exit status is 3, or 1 if something was found.

## What to do
Give the run more time or more `--jobs`, share the items between machines with `--partition`, or try less with
`--max-examples`.
""",
)
NOT_EXPLORED = Code(
    "ABD028",
    "not-explored",
    severity=Severity.NOTE,
    explain="""\
Phase `explore` could not search for failing calls of a function or handle: its contract has no form in C (a parameter
that Python generates, a type that cannot be called), or there is no compiler for the search. The other phases judge it
all the same.

## Why it matters
What only a coverage-guided search leads to, such as code behind magic bytes, was not looked for.

## What to do
The message says what is missing. `explore: 0` in the contract, or `--explore 0`, says that it need not be looked for.
""",
)
NOT_ONE_RUN = Code(
    "ABD027",
    "not-one-run",
    explain="""\
`abidance merge` was given documents that are not the partitions of one run: of different versions of abidance, of
different numbers of partitions, of contracts or headers that differ, of different items, or one partition twice. What
does not fit is left out, and its items are not judged.

## What to do
Give the same commit, the same version of abidance and the same options to each machine, all but the number before the
slash of `--partition`, and merge one document of each.
""",
)
INTERNAL_ERROR = Code(
    "ABD016",
    "internal-error",
    explain="""\
A bug in abidance. The traceback is in the file that the message names; please report it.
""",
)
WORKER_NOT_STARTED = Code(
    "ABD017",
    "worker-not-started",
    explain="""\
The process that makes the calls did not start, so nothing was called. The message names the operation that was
refused, the system's error and the limit behind it: too few processes or descriptors, too little memory, a system
call that a container or the library itself denies.

## What to do
Raise the limit. If a constructor of the library lowered it, the library's `load` item says so.
""",
)
INSTRUMENT_OFF = Code(
    "ABD020",
    "instrument-off",
    explain="""\
An instrument did not detect the fault that was planted for it, so the absence of a finding of its kind proves
nothing.

## How it is detected
Before its first call each worker triggers a small fault for each of its instruments: an out-of-bounds read, a write
past the end of a heap block, a changed rounding mode. The worker reports which were detected, and the report is
compared with the instruments that were requested.

## Why it matters
An instrument may be off silently: the dynamic linker drops a preload that it cannot open, and a sandbox denies system
calls. Then nothing was judged.

## What to do
Follow the remedy; `abidance doctor` shows each instrument, whether it works here, and why not.
""",
)
SYSTEM_REFUSED = Code(
    "ABD018",
    "system-refused",
    explain="""\
The operating system refused something that every run needs: disk space, memory, a descriptor, a process, a device
such as `/dev/null`, or the working directory. The message has the system's error, the place, and the limit behind it
if there is one.

## Why it matters
Results up to that point are valid; everything else was not judged, and never passes.
""",
)
HISTORY_UNREADABLE = Code(
    "ABD029",
    "history-unreadable",
    explain="""\
The file under `.abidance` that past runs are kept in cannot be opened, read or written: it is damaged, of another
version, or not to be had.

## Why it matters
Nothing that is judged depends on it. A run goes on and says once that it is not kept; `history` and `compare` have
nothing to go by.

## What to do
It holds nothing but past runs. Move it away, and the next run begins a new one.
""",
)

NOT_YAML = Code(
    "ABD101",
    "not-yaml",
    explain="""\
The contract is not valid YAML; the parser's message is shown at its line.
""",
)
UNKNOWN_KEY = Code(
    "ABD102",
    "unknown-key",
    explain="""\
A key that the contract language does not have at this place. Unknown keys are errors, because a misspelled clause
would protect nobody.
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
An expression that does not parse, or uses Python that is not in the contract language.
""",
)
MISSING_KEY = Code(
    "ABD106",
    "missing-key",
    explain="""\
A key that is required at this place of the contract.
""",
)
EXPRESSION_FAILED = Code(
    "ABD107",
    "expression-failed",
    explain="""\
An expression could not be evaluated on the values of a call (a division by zero, an index out of range, a field of a
null pointer). The item is not judged; it neither passes nor fails.
""",
)
UNSATISFIABLE = Code(
    "ABD109",
    "unsatisfiable",
    explain="""\
The contract's preconditions reject nearly every generated call, so too few could be made.

## What to do
Express the condition where values are generated: `range`, `one_of`, `length` or `max`. Conditions in `requires` are
met by discarding calls that violate them.
""",
)
POINTER_UNSPECIFIED = Code(
    "ABD110",
    "pointer-unspecified",
    explain="""\
C does not say how many elements a pointer points to, nor its direction; the contract must.
""",
)
NOT_JUDGED = Code(
    "ABD111",
    "not-judged",
    Severity.NOTE,
    explain="""\
The contract has a clause that this version parses but does not test. It is listed as not judged.
""",
)

HOOK_FAILED = Code(
    "ABD117",
    "python-function-failed",
    explain="""\
A Python function that the contract names with `model` or `generate` is missing, raised an exception, or returned a
value that does not fit the C type. The calls that depend on it could not be judged.

## What to do
Modules are searched for in the contract's folder, then on Python's path. A `model` takes parameters by name and
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
`cc -E` rejected the header; the compiler's output is shown.
""",
)
HEADER_NOT_PARSED = Code(
    "ABD203",
    "header-does-not-parse",
    explain="""\
A declaration of the preprocessed header has a construct that the parser does not know, or a syntax error. Whatever
depends on it is unavailable; the other declarations are read.
""",
)
MEASURED_ELSEWHERE = Code(
    "ABD210",
    "measured-elsewhere",
    Severity.NOTE,
    explain="""\
This build has a sanitizer, whose calls cost more than those of what is shipped, so `cost` is not judged here.

## What to do
Test the shipped build against the contract as well. If no such build is run, `cost` is listed as not judged.
""",
)
NOT_MEASURED = Code(
    "ABD209",
    "not-measured",
    explain="""\
The cost of a function could not be measured here, or the measurement says nothing about the library.

## What to do
Time is measured with the processor's clock, and instructions by single-stepping, on x86-64. Run time budgets on an
otherwise idle machine; `instructions` works on a shared machine as well.
""",
)
TYPE_REFUSED = Code(
    "ABD204",
    "type-refused",
    explain="""\
This function is refused by name instead of being called wrongly: it takes or returns what cannot be passed as the
compiler does, or what the language of contracts has no clause for, or it does not return. The message says which, and
the help what comes nearest.
""",
)
CONTRADICTS_HEADER = Code(
    "ABD205",
    "contradicts-header",
    explain="""\
The contract contradicts the header's declaration: a parameter that is not a pointer, an out parameter that is const,
a type of another name.
""",
)
LAYOUT_DIFFERS = Code(
    "ABD206",
    "layout-differs",
    explain="""\
The layout in the contract is not the one that the compiler gives the header's record.
""",
)
SYMBOL_MISSING = Code(
    "ABD207",
    "symbol-missing",
    explain="""\
The header declares the function and the contract describes it, but the library does not export it.
""",
)
STUB_REFUSED = Code(
    "ABD208",
    "stub-refused",
    explain="""\
What ctypes passes wrongly (unions, bit-fields, packed records, `long double`, variable arguments) and what has its
body in the header is called through a call stub: generated C, compiled with the project's own compiler and header.
The compiler rejects this one, so the function is not called; the compiler's output is shown.
""",
)

LOAD_FAILED = Code(
    "ABD355",
    "load-failed",
    explain="""\
Flags a library whose own code prevents loading: a constructor, a static initialiser or the resolver of an `ifunc`
crashes, ends the process, does not return, or closes descriptors that it did not open.

## Why it matters
A program that links the library ends before `main` begins, and can do nothing about it.

## Example
    __attribute__((constructor)) static void setup(void) { if (!getenv("HOME")) abort(); }

## How it is detected
Each library and build is loaded once before anything is called, as an item of phase `load`. If that fails, it is
reported once, and the functions are not judged. `load_limit` of the configuration is the time limit for loading, 20 s
by default.

## Not detected
Failures when the library is unloaded, or when the process exits.
""",
)
LOAD_CHANGES_PROCESS = Code(
    "ABD354",
    "load-changes-process",
    explain="""\
Flags a library that has side effects on the process when it is loaded, or prints something: the locale, the working
directory, the umask, the environment, signal handlers, masks and stacks, limits, timers, floating-point control, user
or group, a descriptor that it did not open, a child process that it leaves.

## Why it matters
Nobody calls a constructor, so nobody looks for the cause there. `-ffast-math` at link time is an example: a
constructor enables flush-to-zero for the whole process.

## Example
    __attribute__((constructor)) static void setup(void) { signal(SIGPIPE, SIG_IGN); }

## How it is detected
The process is compared before and after `dlopen`, once for each library and build, as an item of phase `load`. If a
side effect is intended, `may: [...]` at the top of the contract permits it. Threads and descriptors of the library's
own are not findings; if `fork` would not copy what a constructor has created, each worker loads the library itself.

## Not detected
What is changed and restored during loading. Side effects of a dependency are not distinguished from the library's
own.
""",
)
ANSWERS_VARY = Code(
    "ABD332",
    "nondeterministic-result",
    explain="""\
A library gives different results for the same call, so they cannot be compared with another library's. That may be
intended (a clock, random numbers), or due to an uninitialised read.

## What to do
If it is intended, exempt the function or the parameter: `equivalence: {except: {now: it is a clock}}`.
""",
    formerly=("answers-vary",),
)

CATALOGUE: tuple[Code, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Code))
