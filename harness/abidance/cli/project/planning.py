"""What a project is built with and tested by, and what it lacks."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.project import texts
from abidance.cli.project.changes import (
    FileChange,
    Paste,
    hook_in_pre_commit,
    job_in_gitlab,
    new_file,
    settings_in_pyproject,
)
from abidance.cli.project.libraries import ANY, BUILD_FILES, cargo_crate, cmake_target, meson_variable
from abidance.cli.project.options import PARTS
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.cli.project.changes import Change

INDEX = "abidance"
"""What pip finds on the package index."""
_MOST_HEADERS = 3
_REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """What is written, what is to be pasted by hand, what may be pasted besides, and what is there already."""

    kinds: tuple[str, ...]
    changes: tuple[FileChange, ...]
    pastes: tuple[Paste, ...]
    offers: tuple[tuple[str, str], ...]
    present: tuple[str, ...]
    drafts: tuple[str, ...]


def plan(
    folder: Path,
    services: Collection[str],
    without: Collection[str],
    requirement: str,
    drafted: Change = None,
    target: str = "",
) -> ProjectPlan:
    """Return what `folder` lacks; reads it, and writes and runs nothing. Raises UsageError for no project."""
    kinds = kinds_of(folder)
    if not folder.is_dir() or not kinds:
        names = ", ".join(f"`{names[-1]}`" for names in BUILD_FILES.values())
        message = f"`{folder}` is no project: it has none of {names}"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="name the folder of one"))
    contracts = sorted(folder.glob("contracts/**/*.contract.yaml"))
    if isinstance(drafted, FileChange):
        contracts.append(drafted.path)
    drafts = () if contracts else tuple(_drafts(folder, kinds))
    wanted: list[tuple[str, Change]] = [("contracts", drafted)] if drafted is not None else []
    for part in PARTS:
        if part not in without:
            wanted += _part(part, folder, kinds, services or _services(folder), requirement, drafts)
    changes = [change for _, change in wanted]
    present = tuple(name for name, change in wanted if change is None)
    name = str(contracts[0].relative_to(folder)) if contracts else "contracts/NAME.contract.yaml"
    offers = tuple(
        texts.build_system_text(kind, name, target or _library(folder, kind), _crate(folder, kind))
        for kind in (kinds if kinds == ("make",) else [kind for kind in kinds if kind != "make"])
        if not _is_mentioned(folder, kind)
    )
    return ProjectPlan(
        kinds,
        tuple(change for change in changes if isinstance(change, FileChange)),
        tuple(change for change in changes if isinstance(change, Paste)),
        offers,
        present,
        drafts,
    )


def kinds_of(folder: Path) -> tuple[str, ...]:
    """Return what a project is built with."""
    return tuple(kind for kind, names in BUILD_FILES.items() if any((folder / n).is_file() for n in names))


def own_requirement() -> str:
    """Return what pip installs this abidance from: the repository that it came from, or its name."""
    try:
        told = distribution("abidance").read_text("direct_url.json")
        facts = json.loads(told) if told else {}
    except (PackageNotFoundError, OSError, ValueError):
        facts = {}
    version_control = facts.get("vcs_info", {})
    if version_control.get("vcs") != "git":
        return INDEX
    return f"abidance @ git+{facts['url']}@{version_control['commit_id']}"


def _part(
    part: str,
    folder: Path,
    kinds: Collection[str],
    services: Collection[str],
    requirement: str,
    drafts: Collection[str],
) -> Iterator[tuple[str, Change]]:
    match part:
        case "settings":
            pyproject = folder / "pyproject.toml"
            if (folder / "abidance.toml").exists():
                yield "abidance.toml", None
            elif pyproject.exists():
                yield "pyproject.toml", settings_in_pyproject(pyproject, texts.SETTINGS_TABLE)
            else:
                yield "abidance.toml", new_file(folder / "abidance.toml", texts.SETTINGS)
        case "contracts":
            command = next(iter(drafts), "abidance init HEADER -o contracts/NAME.contract.yaml")
            path = folder / "contracts" / "README.md"
            yield "contracts/README.md", new_file(path, texts.README.format(draft=command))
        case "ci":
            if "github" in services:
                path = folder / ".github" / "workflows" / "contracts.yml"
                yield str(path.relative_to(folder)), _workflow(folder, path, kinds, requirement)
            if "gitlab" in services:
                job = texts.gitlab_job(kinds, requirement)
                yield (
                    ".gitlab-ci.yml",
                    job_in_gitlab(folder / ".gitlab-ci.yml", "contracts", job, _flow(job)),
                )
        case _:
            hook = texts.pre_commit_hook(requirement)
            path = folder / ".pre-commit-config.yaml"
            yield ".pre-commit-config.yaml", hook_in_pre_commit(path, hook, _flow(hook))


def _workflow(folder: Path, path: Path, kinds: Collection[str], requirement: str) -> Change:
    """Return a workflow of its own; those that are there stay as they are."""
    others = (folder / ".github" / "workflows").glob("*.y*ml")
    if any("abidance run" in each.read_text(encoding="utf-8", errors="replace") for each in others):
        return None
    return new_file(path, texts.github_workflow(kinds, requirement))


def _flow(block: tuple[str, ...]) -> str:
    """Return lines of YAML in one, for a list that is written in brackets."""
    import yaml  # noqa: PLC0415 - seldom needed

    flow: str = yaml.safe_dump(yaml.safe_load("\n".join(block)), default_flow_style=True, width=1 << 20)
    return flow.strip()


def _services(folder: Path) -> tuple[str, ...]:
    """Return where the project is tested: by the files that it has, else by where it comes from, else GitHub."""
    found = []
    if (folder / ".github").is_dir():
        found.append("github")
    if (folder / ".gitlab-ci.yml").exists():
        found.append("gitlab")
    if not found:
        try:
            remotes = _REMOTE.findall((folder / ".git" / "config").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            remotes = []
        found = ["gitlab"] if any("gitlab" in remote for remote in remotes) else ["github"]
    return tuple(found)


def _is_mentioned(folder: Path, kind: str) -> bool:
    """Tell whether a project's build file has something of ours already."""
    for name in BUILD_FILES[kind]:
        path = folder / name
        if path.is_file() and "abidance" in path.read_text(encoding="utf-8", errors="replace"):
            return True
    return False


def _drafts(folder: Path, kinds: Collection[str]) -> Iterator[str]:
    """Yield how contracts of the public headers are drafted: those below an `include`, or beside the build file."""
    headers = sorted(folder.glob("include/**/*.h")) or sorted(folder.glob("*.h"))
    headers = headers or sorted(folder.glob("*/include/**/*.h")) or sorted(folder.glob("*/*/include/**/*.h"))
    crate = _crate(folder, "cargo")
    library = {"cmake": f" --cmake . --target {_library(folder, 'cmake')}", "cargo": f" --cargo {crate}"}
    options = next((library[kind] for kind in kinds if kind in library), "")
    for header in headers[:_MOST_HEADERS]:
        name = shlex.quote(str(header.relative_to(folder)))
        output = f"{options} -o contracts/{header.stem}.contract.yaml" if options else " --project"
        yield f"abidance init {name}{output}"


def _crate(folder: Path, kind: str) -> Path:
    """Return where in a Cargo project the crate is whose contracts are run."""
    return (cargo_crate(folder) if kind == "cargo" else None) or Path()


def _library(folder: Path, kind: str) -> str:
    """Return the only library that a project's build files name, or a word in its place."""
    match kind:
        case "cmake":
            return cmake_target(folder)
        case "meson":
            return meson_variable(folder)
    return ANY
