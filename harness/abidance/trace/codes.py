"""What a trace finds that no run does: calls that the contract does not allow, made by the program (ABD6xx)."""

from __future__ import annotations

from abidance.core.codes import Code, Severity

_DETECTED = """\
## How it is detected
`abidance trace` records the calls of a running program and looks at the arguments of each before the library does.
The first three calls are kept with their values and with the place that they were made from.
"""
_MEMORY = "## Not detected\nWhat the contents of memory are beyond the fields of one record and a few thousand bytes.\n"

NULL_PASSED = Code(
    "ABD601",
    "null-passed",
    explain=f"""\
A program passes NULL where the contract does not allow it.

## Why it matters
The library may dereference it: today, or in its next version, which the contract would allow.

## Example
```c
size_t used = codec_encode(NULL, 4, out, sizeof out);   /* src: {{in: bytes, length: n}} */
```

## What to do
Mend the caller; or, if the library means to take NULL, say so: `nullable: true`, or the condition under which it does.

{_DETECTED}""",
)
ARGUMENT_OUT_OF_RANGE = Code(
    "ABD602",
    "argument-out-of-range",
    explain=f"""\
A program passes a number that the contract does not allow there: outside of `range`, none of `one_of`, no enumerator of
a closed enum, a length below zero.

## Why it matters
What the library does with it is promised nowhere, and a closed enum in Rust that holds another value is undefined
behaviour.

## What to do
Mend the caller, or widen the clause if the library means to take such numbers.

{_DETECTED}
A number that says how much memory there is, and is larger than its `range`, is `beyond-what-is-tried` (ABD607): there
the upper end limits what `abidance run` generates.

## Not detected
A length that is larger than the memory: how much there is behind a pointer cannot be seen from outside.
""",
)
PRECONDITION_BROKEN = Code(
    "ABD603",
    "precondition-broken",
    explain=f"""\
A program makes a call for which a condition under `requires` does not hold, or passes a record whose `invariants` do
not hold.

## What to do
Mend the caller, or weaken the condition if the library means to take such calls.

{_DETECTED}
{_MEMORY}""",
)
USED_AFTER_DESTROY = Code(
    "ABD604",
    "used-after-destroy",
    explain=f"""\
A program calls a function with a handle that it has destroyed before.

## Why it matters
The memory may be somebody else's by then. It works until it does not.

## What to do
Look at the place that the call was made from. If something else makes such handles, or holds them, put it into the
contract: under `create`, or as a function of its own.

{_DETECTED}
## Not detected
Handles whose making was not seen, and those that were given to a function which the contract says nothing of.
""",
)
DESTROYED_TWICE = Code(
    "ABD605",
    "destroyed-twice",
    explain=f"""\
A program destroys a handle that it has destroyed before.

## Why it matters
Memory that is freed twice corrupts the heap, or frees what is somebody else's by then.

{_DETECTED}
## Not detected
Handles whose making was not seen, and those that were given to a function which the contract says nothing of.
""",
)
NEVER_DESTROYED = Code(
    "ABD606",
    "never-destroyed",
    Severity.NOTE,
    explain="""\
A program has ended by itself, and handles that it had made were not destroyed.

## Why it matters
It may be meant: the system takes everything back. Where their number grows with the work that is done, it is a leak.

## How it is detected
When the process exits, the handles that are alive are counted, each by the place that made it.

## Not detected
Handles of a process that was ended by a signal or by `_exit`.
""",
)
BEYOND_WHAT_IS_TRIED = Code(
    "ABD607",
    "beyond-what-is-tried",
    Severity.NOTE,
    explain="""\
A program passes more than the contract lets `abidance run` try: a length or a capacity above the upper end of its
`range`.

## Why it matters
What was found of the library, and what was not, was found with smaller sizes. The calls are counted and timed, and
their results are not judged.

## What to do
Widen the `range`, so that what production does is tried as well.
""",
)
NOTHING_TRACED = Code(
    "ABD035",
    "nothing-traced",
    explain="""\
A program was run, and no call of the boundary was seen, or none can be: so nothing can be said of it.

## Why it matters
The calls of a program are seen where the dynamic linker binds them, or where `dlsym` is asked for them. A program that
has the library inside of itself (a static library, `-l:libz.a`, a Rust crate that builds its own copy) binds nothing.

## What to do
Trace a program that is linked with the shared library. A program that runs with more rights than its caller, such as
`sudo`, ignores what is preloaded: trace what it starts.
""",
)

CATALOGUE: tuple[Code, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Code))
