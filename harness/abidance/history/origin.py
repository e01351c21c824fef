"""Where a run took place: the revision of the project, and the machine."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CHANGES = (
    "diff",
    "HEAD",
    "--binary",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=none",
)
_SECONDS = 5.0
"""A status of a very large tree may take longer, and is not waited for."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The revision is the hash of a commit, empty outside of git; `changed` tells whether files differ from it.

    None stands for what git did not tell. `changes` names what they have instead: equal for equal contents, and empty
    where none is changed. The machine is its name and its processor, which costs depend on.
    """

    revision: str
    changed: bool | None
    machine: str
    changes: str = ""


def origin(root: Path) -> Origin:
    """Return where a run in this folder takes place."""
    revision = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    changes = _git(root, *_CHANGES) if revision else None
    named = hashlib.sha256(changes.encode("utf-8", "surrogateescape")).hexdigest()[:16] if changes else ""
    return Origin(revision or "", None if changes is None else bool(changes), machine(), named)


def commit_of(root: Path, name: str) -> str | None:
    """Return the hash of the commit that a name such as ``HEAD~1`` stands for; None where git knows none."""
    if name.startswith("-"):
        return None
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or None


def changed_since(root: Path, revision: str) -> tuple[str, ...] | None:
    """Return the files of the project that differ from what they were at a commit; None where git does not tell."""
    told = _git(root, "diff", "--name-only", "-z", "--no-ext-diff", revision, "--") if revision else None
    return None if told is None else tuple(filter(None, told.split("\0")))


def machine() -> str:
    """Return the name of this machine and of its processor, and how many of these a process may use."""
    count = len(os.sched_getaffinity(0))
    return f"{platform.node()}: {_processor()}, {count} core{'s' * (count != 1)}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _git(root: Path, *words: str) -> str | None:
    """Return what git says; None where there is no git, no repository, or no answer in time."""
    git = shutil.which("git")
    if git is None:
        return None
    try:
        done = subprocess.run(
            [git, "-C", str(root), *words],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
