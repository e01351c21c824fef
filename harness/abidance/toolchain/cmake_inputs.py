"""What a target of a CMake tree was built from: what ninja knows, or what its Makefiles and the compiler say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.toolchain import make_rules
from abidance.toolchain.process import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SECONDS = 60.0
_VARIABLE = re.compile(r"\$ENV\{([A-Za-z_][A-Za-z0-9_]*)\}|DEFINED\s+ENV\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LARGEST = 1 << 20  # bytes of a file of CMake that is searched for variables


def files(tree: Path, target: str, ninja: Path | None) -> tuple[Path, ...]:
    """Return the files outside of the tree that the target was built from."""
    by_ninja = ninja is not None and (tree / "build.ninja").exists()
    paths = {tree / name for name in (_of_ninja(tree, target, ninja) if by_ninja else _of_make(tree))}
    return tuple(sorted(path for path in paths if not path.is_relative_to(tree) and path.is_file()))


def variables(cmake_files: Iterable[Path]) -> tuple[str, ...]:
    """Return the names of environment variables that a project's own CMake files read."""
    names: dict[str, None] = {}
    for path in cmake_files:
        try:
            if path.stat().st_size <= _LARGEST:
                text = path.read_text(encoding="utf-8", errors="replace")
                names |= dict.fromkeys(found[1] or found[2] for found in _VARIABLE.finditer(text))
        except OSError:
            continue
    return tuple(names)


def _of_ninja(tree: Path, target: str, ninja: Path | None) -> Iterator[str]:
    """Yield the inputs of the build file, and those that the compiler named for an object of the target."""
    assert ninja is not None
    listed = run_tool([ninja, "-C", tree, "-t", "inputs", target], seconds=_SECONDS)
    inputs = frozenset(listed.stdout.splitlines()) if listed.ok else frozenset()
    yield from inputs
    deps = run_tool([ninja, "-C", tree, "-t", "deps"], seconds=_SECONDS).stdout
    mine = False
    for line in deps.splitlines():
        if line.startswith("    "):
            if mine:
                yield line[4:]
        elif line:
            # ninja before 1.11 lists no inputs: then all objects count.
            mine = not inputs or line.partition(": #deps")[0] in inputs


def _of_make(tree: Path) -> Iterator[str]:
    """Yield what rules and the compiler's own dependency files name, for all targets that were built."""
    for rules in (*tree.glob("**/CMakeFiles/*.dir/build.make"), *tree.glob("**/*.d")):
        yield from make_rules.depended_on(rules)
