"""Settings from `[tool.abidance]` in pyproject.toml, or from abidance.toml; the command line wins."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.files import read_regular_text
from abidance.core.nearest import did_you_mean
from abidance.core.span import Span
from abidance.run.inputs.database_address import address_in_environment, check_address
from abidance.toolchain.builds import parse_build

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.run.inputs.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run. `time_limit` is in seconds for one test case; `root` is where `.abidance/` lives.

    `max_examples` and `seed` None mean Hypothesis's own choice. `builds`, when given, replaces the builds
    that a contract names.
    """

    root: Path
    max_examples: int | None = None
    seed: int | None = None
    time_limit: float = 2.0
    load_limit: float = 20.0
    """How long a library may take to be loaded, in seconds."""
    jobs: int = 1
    builds: tuple[str, ...] = ()
    remembers: bool = True
    """Whether failing examples are kept and tried first next time: not where a seed is to give the same calls."""
    explore: float | None = None
    """For how many seconds of processor time each function and handle is explored, where the contract is not to say."""
    deadline: Deadline | None = None
    """When nothing new is tried any more."""
    max_failures: int | None = None
    """The run ends with the item after which so many causes are known."""
    history: int | None = None
    """How many runs are kept, for each project, where `ABIDANCE_HISTORY` is not to say; none with 0."""
    database: str = ""
    """Where what was found is shared with other machines: a folder, an address of Redis, or an artifact of GitHub."""
    profile_database: bool = False
    """Whether Hypothesis's profile decides where failing examples are kept, as it does under pytest."""

    @classmethod
    def load(cls, start: Path) -> Settings:
        """Read the nearest pyproject.toml or abidance.toml at or above `start`; raises UsageError."""
        for folder in (start, *start.parents):
            for name, read in (("abidance.toml", _whole), ("pyproject.toml", _tool)):
                file = folder / name
                if file.is_file():
                    table = read(_toml(file))
                    if table is not None:
                        return _in_environment(_checked(cls(root=folder), table, file))
        return _in_environment(cls(root=start))


def _in_environment(settings: Settings) -> Settings:
    """Return the settings with what the environment says in their place: in CI another database than at a desk."""
    address = address_in_environment()
    if address is None:
        return settings
    if address:
        check_address(address, None)
    return replace(settings, database=address)


def _whole(document: dict[str, Any]) -> dict[str, Any] | None:
    return document


def _tool(document: dict[str, Any]) -> dict[str, Any] | None:
    tool = document.get("tool")
    table = tool.get("abidance") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_regular_text(file))
    except RecursionError:  # Python's parser of TOML goes down with each bracket
        words = "not valid TOML: nested too deeply"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        words = f"not valid TOML: {error}"
    except OSError as error:
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION, f"`{file}` cannot be read: {(error.strerror or str(error)).lower()}"
            )
        ) from None
    raise UsageError(Diagnostic(BAD_CONFIGURATION, words, (Label(Span.at(file, 1)),)))


_KINDS: dict[str, tuple[type, ...]] = {
    "max_examples": (int,),
    "seed": (int,),
    "time_limit": (int, float),
    "load_limit": (int, float),
    "jobs": (int,),
    "explore": (int, float),
    "history": (int,),
    "builds": (list,),
    "database": (str,),
}


def _checked(settings: Settings, table: dict[str, Any], file: Path) -> Settings:
    """Return the settings with the file's; unknown keys and values of the wrong kind are errors."""
    changes: dict[str, Any] = {}
    for key, value in table.items():
        where = (Label(_find(file, key)),)
        if key not in _KINDS:
            close = did_you_mean(key, _KINDS) or f"the keys are {', '.join(_KINDS)}"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"unknown key `{key}`", where, help=close))
        if not isinstance(value, _KINDS[key]) or isinstance(value, bool):
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{key}` has a value of the wrong kind", where))
        if isinstance(value, int | float) and value < (0 if key in ("seed", "explore", "history") else 0.001):
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{key}` must be positive", where))
        changes[key] = tuple(map(str, value)) if isinstance(value, list) else value
        if key == "builds":
            for build in changes[key]:
                parse_build(build, where[0].span)
        if key == "database":
            check_address(changes[key], where[0].span)
    return replace(settings, **changes)


def _find(file: Path, key: str) -> Span:
    for number, line in enumerate(read_regular_text(file).splitlines(), 1):
        if line.lstrip().startswith(key):
            return Span.at(file, number, len(line) - len(line.lstrip()) + 1, len(key))
    return Span.at(file, 1)
