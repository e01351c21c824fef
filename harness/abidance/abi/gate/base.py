"""An earlier git revision as the old side: checked out into a private folder, read, and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.abi.codes import NOT_COMPARABLE
from abidance.abi.gate.boundaries import present
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.abi.gate.sides import GateSide

_SECONDS = 120.0


@contextmanager
def at_revision(
    revision: str | None, paths: Sequence[Path], *, build: bool = True
) -> Iterator[Callable[[Path], GateSide]]:
    """Give a function that returns what the boundary of a contract was at `revision`.

    Every repository is checked out once, as a detached work tree in a temporary folder that only the user may read.
    Without a revision, nothing is done; without `build`, no library of then is looked into.
    Raises UsageError for a revision that does not exist.
    """
    trees: dict[Path, Path] = {}
    private = Path(tempfile.mkdtemp(prefix="abidance-base-")) if revision else None
    try:
        if revision and private is not None:
            for path in paths:
                root = _root(path)
                if root not in trees:
                    trees[root] = _checkout(root, revision, private / str(len(trees)))

        def earlier(path: Path) -> GateSide:
            assert revision is not None
            root = _root(path)
            then = trees[root] / path.resolve().relative_to(root)
            if not then.is_file():
                message = f"there is no `{path.name}` at `{revision}`"
                raise CannotJudgeError(
                    Diagnostic(NOT_COMPARABLE, message, help="it is new: nothing can break yet")
                )
            return replace(present(then, build=build).side, name=revision, gone=trees[root])

        yield earlier
    finally:
        for root, tree in trees.items():
            _git(root, "worktree", "remove", "--force", str(tree))
        if private is not None:
            shutil.rmtree(private, ignore_errors=True)


def _root(path: Path) -> Path:
    ran = _git(path.resolve().parent, "rev-parse", "--show-toplevel")
    if ran.returncode:
        message = f"`{path}` is in no git repository, so there is no revision to compare with"
        raise UsageError(Diagnostic(NOT_COMPARABLE, message))
    return Path(ran.stdout.strip())


def _checkout(root: Path, revision: str, folder: Path) -> Path:
    # `--end-of-options` keeps a revision from being taken for an option.
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        message = f"there is no revision `{revision}` in `{root.name}`"
        raise UsageError(Diagnostic(NOT_COMPARABLE, message, help=_how_to_fetch(root, revision)))
    added = _git(root, "worktree", "add", "--detach", "--quiet", str(folder), known.stdout.strip())
    if added.returncode:
        words = added.stderr.strip().splitlines()
        message = f"`{revision}` cannot be checked out: {words[-1] if words else 'git says nothing'}"
        raise CannotJudgeError(Diagnostic(NOT_COMPARABLE, message))
    return folder


def _how_to_fetch(root: Path, revision: str) -> str | None:
    """Return how a revision comes here that is only in the repository this one was cloned from."""
    if _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == "true":
        return (
            "the clone is shallow: give actions/checkout `fetch-depth: 0`, set `GIT_DEPTH: 0` on GitLab, or "
            "`git fetch --unshallow`"
        )
    remotes = _git(root, "remote").stdout.split()
    remote, slash, branch = revision.partition("/")
    if slash and remote in remotes:
        return f"fetch it first: `git fetch {remote} {branch}`"
    if (
        remotes
        and _git(root, "rev-parse", "--verify", "--quiet", f"refs/remotes/{remotes[0]}/{revision}").stdout
    ):
        return f"write it as `{remotes[0]}/{revision}`"
    return None


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("git")
    if program is None:
        raise CannotJudgeError(Diagnostic(NOT_COMPARABLE, "git was not found", help="install git"))
    # Hooks of the repository are code, and reading an old header is to run none.
    command = (program, "-C", str(folder), "-c", "core.hooksPath=/dev/null", *arguments)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        raise CannotJudgeError(
            Diagnostic(NOT_COMPARABLE, f"git took longer than {_SECONDS:.0f} seconds")
        ) from None
