"""Codes of what can go wrong around the gate itself. Those of changes are in the rules."""

from __future__ import annotations

from abidance.core.codes import Code, Severity

SNAPSHOT_UNREADABLE = Code(
    "ABD453",
    "snapshot-unreadable",
    explain="""\
A snapshot that is damaged, is not one of abidance's, or was written by a later version.

## What to do
Regenerate it with `abidance abi snapshot`, from a build of the version that it describes.
""",
)
SUPPRESSION_UNUSED = Code(
    "ABD455",
    "suppression-unused",
    explain="""\
A suppression that matches no finding. The finding is gone, or the subject is misspelled.

## What to do
Remove it. An unused suppression may hide the next finding that looks similar.
""",
)
SUPPRESSION_EXPIRED = Code(
    "ABD456",
    "suppression-expired",
    explain="""\
A suppression past its expiry date. What it suppressed is a finding again.

## What to do
Fix the finding, or agree on another date.
""",
)
VERSION_TOO_LOW = Code(
    "ABD457",
    "version-bump-too-small",
    explain="""\
The policy is `semver`, and the project's version does not announce the changes: a breaking change needs a new major
version (a new minor one below 1.0), anything that users may use or must look at a new minor version.

## How the version is found
In the contract (`abi: {version: ...}`), else in `pyproject.toml`, `Cargo.toml` or `project(... VERSION ...)` of the
nearest `CMakeLists.txt`, in the contract's folder or above. The baseline stores the version that it was taken with.
""",
)
BASELINE_MISSING = Code(
    "ABD458",
    "baseline-missing",
    explain="""\
There is no accepted baseline to compare with, so nothing was judged.

## What to do
`abidance abi accept CONTRACT` accepts the present state as the first baseline. Commit the file.
""",
)
LIBRARY_NOT_SEEN = Code(
    "ABD437",
    "library-not-compared",
    Severity.WARNING,
    explain="""\
A library of the contract could not be built or read, so only its header and the contract were compared.

## Why it matters
Missing symbols, another SONAME, and a library that differs from its header are visible only in the library. If the
baseline was taken with it, the gate ends with exit status 3.

## What to do
Fix the build, give the file with `--library FILE`, or leave libraries out with `--no-build`.
""",
    formerly=("library-not-looked-into",),
)
EVIDENCE_GAINED = Code(
    "ABD438",
    "evidence-gained",
    Severity.NOTE,
    explain="""\
There is more evidence about the boundary than when the baseline was taken, such as debug information that was missing
then.

## Why it matters
Facts that only the new evidence shows are compared from the next baseline on. Until then, changes to them go
undetected.

## What to do
Accept a new baseline.
""",
)
NOT_COMPARABLE = Code(
    "ABD459",
    "not-comparable",
    explain="""\
A file is neither a C header, a shared object, an object file nor a snapshot, or it contains nothing to compare.
""",
)

CATALOGUE: tuple[Code, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Code))
