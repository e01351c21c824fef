"""Codes of what can go wrong around the gate itself. Those of changes are in the rules."""

from __future__ import annotations

from abidance.core.codes import Code, Severity

SNAPSHOT_UNREADABLE = Code(
    "ABD453",
    "snapshot-unreadable",
    explain="""\
A snapshot that is damaged, is none of abidance's, or was written by a later version.

## What to do
Take it anew with `abidance abi snapshot`, from a build of the version that it stood for.
""",
)
SUPPRESSION_UNUSED = Code(
    "ABD455",
    "suppression-unused",
    explain="""\
A suppression that suppresses nothing. What it was for is gone, or its subject is misspelled.

## What to do
Remove it. An exception that nobody needs hides the next finding that looks like it.
""",
)
SUPPRESSION_EXPIRED = Code(
    "ABD456",
    "suppression-expired",
    explain="""\
A suppression whose day has come. What it suppressed is a finding again.

## What to do
Mend what it was for, or agree on another day.
""",
)
VERSION_TOO_LOW = Code(
    "ABD457",
    "version-bump-too-small",
    explain="""\
The policy is `semver`, and the project's version does not say what the changes mean to its users: a breaking
change needs a new major version (a new minor one below 1.0), anything that users may use or must look at a new
minor version.

## How the version is found
In the contract (`abi: {version: ...}`), else in `pyproject.toml`, `Cargo.toml` or `project(... VERSION ...)` of
the nearest `CMakeLists.txt` above the contract. The baseline keeps the one that it was taken with.
""",
)
BASELINE_MISSING = Code(
    "ABD458",
    "baseline-missing",
    explain="""\
There is no accepted baseline to compare with, so nothing could be judged.

## What to do
`abidance abi accept CONTRACT` takes the present state as the first baseline. Commit the file.
""",
)
LIBRARY_NOT_SEEN = Code(
    "ABD437",
    "library-not-compared",
    Severity.WARNING,
    explain="""\
A library of the contract could not be built or read, so only its header and the contract were compared.

## Why it matters
Missing symbols, another SONAME, and a library that drifted from its header show in the library alone. If the baseline
was taken with it, the gate ends with exit status 3.

## What to do
Mend the build, give the file with `--library FILE`, or leave libraries out with `--no-build`.
""",
    formerly=("library-not-looked-into",),
)
EVIDENCE_GAINED = Code(
    "ABD438",
    "evidence-gained",
    Severity.NOTE,
    explain="""\
More is known of the boundary than the baseline was taken with, such as from debug information that it did not have.

## Why it matters
What only the new evidence tells is compared from the next baseline on. Until then it may change, or go, unseen.

## What to do
Accept a new baseline.
""",
)
NOT_COMPARABLE = Code(
    "ABD459",
    "not-comparable",
    explain="""\
A file is neither a C header, a shared object, an object file nor a snapshot, or there is nothing in it to compare.
""",
)

CATALOGUE: tuple[Code, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Code))
