"""What would change in a project: whole files, or what is to be pasted where a file cannot be edited safely."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.source.insertion import NewValue, add_entry, add_item
from abidance.core.errors import UsageError
from abidance.core.files import read_regular, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file; `before` is None for one that is not there yet."""

    path: Path
    before: str | None
    after: str

    def difference(self, name: str) -> str:
        """Return the change as ``diff -u`` shows it."""
        old = "/dev/null" if self.before is None else name
        lines = difflib.unified_diff(
            (self.before or "").splitlines(), self.after.splitlines(), old, name, lineterm=""
        )
        return "".join(f"{line}\n" for line in lines)

    def write(self) -> None:
        """Write it, unless the file has changed since it was read: then raise OSError and leave it as it is."""
        if _read(self.path) != self.before:
            raise OSError(0, "it has changed since the difference was shown", str(self.path))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, self.after)


@dataclass(frozen=True, slots=True)
class Paste:
    """Text for a file that is edited by its owner, and why."""

    path: Path
    text: str
    why: str


Change = FileChange | Paste | None
"""None where a file has what it needs already."""


def new_file(path: Path, text: str) -> Change:
    """Return a file that is written unless something is there."""
    return None if path.exists() or path.is_symlink() else FileChange(path, None, text)


def settings_in_pyproject(path: Path, text: str) -> Change:
    """Return `[tool.abidance]` at the end of a pyproject.toml, where a table may always stand."""

    def edit(before: str) -> str | None:
        known = tomllib.loads(before)
        if "abidance" in known.get("tool", {}):
            return None
        after = f"{_ended(before)}\n{text}"
        expected = {**known, "tool": {**known.get("tool", {}), **tomllib.loads(text)["tool"]}}
        if tomllib.loads(after) != expected:
            raise ValueError("a table cannot stand at its end")
        return after

    return _edited(path, text, edit)


def hook_in_pre_commit(path: Path, block: tuple[str, ...], flow: str) -> Change:
    """Return an item more in the `repos` of a .pre-commit-config.yaml; `block` is it without the dash."""
    indented = "".join(f"  {'- ' if not number else '  '}{line}\n" for number, line in enumerate(block))
    if not path.exists():
        return new_file(path, f"repos:\n{indented}")

    def edit(before: str) -> str | None:
        return None if "abidance" in before else add_item(before, path, ("repos",), NewValue(flow, block))

    return _edited(path, indented, edit)


def job_in_gitlab(path: Path, name: str, block: tuple[str, ...], flow: str) -> Change:
    """Return a job more in a .gitlab-ci.yml."""
    text = "".join((f"{name}:\n", *(f"  {line}\n" for line in block)))
    if not path.exists():
        return new_file(path, text)

    def edit(before: str) -> str | None:
        return None if "abidance" in before else add_entry(before, path, (), name, NewValue(flow, block))

    return _edited(path, text, edit)


def _edited(path: Path, text: str, edit: Callable[[str], str | None]) -> Change:
    """Return a file as `edit` makes it, or what to paste where that fails: nothing is written by guess."""
    try:
        if path.is_symlink():
            raise ValueError("it is a link to another file")
        before = _read(path)
        assert before is not None
        after = edit(before)
    except UsageError as error:
        return Paste(path, text, error.diagnostics[0].message)
    except (OSError, ValueError) as error:  # also what is no UTF-8 and no TOML
        return Paste(path, text, str(error).splitlines()[0].lower())
    return None if after is None else FileChange(path, before, after)


def _read(path: Path) -> str | None:
    try:
        return read_regular(path).decode("utf-8")
    except FileNotFoundError:
        return None


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
