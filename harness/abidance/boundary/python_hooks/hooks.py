"""Python functions that a contract names: `model` and `generate`. Nothing is imported before one is called.

Modules are looked for in the folder of the file that names them, then on Python's path. Two contracts may each
have a module of one name beside them: each gets its own.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import HOOK_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError
from abidance.core.nearest import did_you_mean
from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from abidance.contract.language.clauses import Name


@dataclass(slots=True)
class _Folder:
    """The modules that lie in one folder, whichever module of the same name Python knows now."""

    path: Path
    modules: dict[str, ModuleType] = field(default_factory=dict)
    loaded: dict[str, Callable[..., object] | HookError] = field(default_factory=dict)


_folders: dict[Path, _Folder] = {}


@dataclass(frozen=True, slots=True)
class Hook:
    """A function of the project, where the contract names it, and the clause that does."""

    clause: str
    name: Name
    function: Callable[..., object]

    def __call__(self, *arguments: object, **named: object) -> object:
        """Call it; raises HookError for whatever it raises."""
        with _hook_errors(self.clause, self.name, self.name.span.path.parent):
            return self.function(*arguments, **named)

    def raised(self, error: Exception) -> HookError:
        """Return what to raise about an exception in what it made."""
        return _raised(self.clause, self.name, self.name.span.path.parent, error)

    def wrong(self, words: str, hint: str | None = None) -> HookError:
        """Return what to raise about what it takes or returned."""
        return _error(f"`{self.name}` {words}", self.name, hint=hint)


def load_hook(clause: str, name: Name) -> Hook:
    """Return the function that a clause names; raises HookError when there is none."""
    folder = _folder(name)
    function = folder.loaded.get(name.text)
    if function is None:
        try:
            function = _load(clause, name, folder)
        except HookError as error:
            function = error
        folder.loaded[name.text] = function
    if isinstance(function, HookError):
        raise function
    return Hook(clause, name, function)


def _load(clause: str, name: Name, folder: _Folder) -> Callable[..., object]:
    module_name, _, wanted = name.text.partition(":")
    where = f"modules are searched for beside the contract, in `{folder.path.name}`, then on Python's path"
    with _known(folder):
        try:
            with _hook_errors(clause, name, folder.path, missing=module_name):
                module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            raise _error(
                f"there is no module `{error.name}`, which `{clause}` names", name, hint=where
            ) from None
    function = getattr(module, wanted, None)
    if function is None:
        close = did_you_mean(wanted, [each for each in vars(module) if not each.startswith("_")])
        raise _error(f"the module `{module_name}` has no `{wanted}`", name, label=close)
    # A strategy needs no function around it; what is one is not for this package to know.
    if not callable(function) and clause != "generate":
        raise _error(f"`{name}` is no function", name)
    found: Callable[..., object] = function
    return found


def _folder(name: Name) -> _Folder:
    return _folders.setdefault(name.span.path.parent, _Folder(name.span.path.parent))


@contextlib.contextmanager
def _known(folder: _Folder) -> Iterator[None]:
    """Have Python look in a folder first while something of it is imported; others keep the names they have."""
    place = str(folder.path)
    hidden = {
        name: module
        for name, module in sys.modules.items()
        if _lies_beside(folder.path, name) and not _lies_in(folder.path, module)
    }
    for name in hidden:
        del sys.modules[name]
    sys.modules.update(folder.modules)
    before = set(sys.modules)
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        if place not in sys.path:
            sys.path.append(place)  # for what its functions import when they are called
        new = {name: sys.modules[name] for name in set(sys.modules) - before}
        folder.modules.update({name: each for name, each in new.items() if _lies_in(folder.path, each)})
        sys.modules.update(hidden)


def _lies_beside(folder: Path, name: str) -> bool:
    top = name.partition(".")[0]
    return (folder / f"{top}.py").is_file() or (folder / top / "__init__.py").is_file()


def _lies_in(folder: Path, module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).is_relative_to(folder)


@contextlib.contextmanager
def _hook_errors(clause: str, name: Name, folder: Path, missing: str = "") -> Iterator[None]:
    """Turn whatever the project's code raises into an error that names its line."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and (missing == error.name or missing.startswith(f"{error.name}.")):
            raise
        raise _raised(clause, name, folder, error) from error
    except (Exception, SystemExit) as error:
        raise _raised(clause, name, folder, error) from error


def _raised(clause: str, name: Name, folder: Path, error: BaseException) -> HookError:
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(folder)]
    places: tuple[Label, ...] = ()
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        places = (Label(Span.at(Path(error.filename), error.lineno), "here"),)
    elif frames and frames[-1].lineno:
        last = frames[-1]
        width = max(len(last.line or ""), 1)
        column = _indent(Path(last.filename), frames[-1].lineno) + 1
        places = (Label(Span.at(Path(last.filename), frames[-1].lineno, column, width), "raised here"),)
    hint = f"`{clause}` must not raise: exclude invalid values with `requires`, `range` and `one_of`"
    return _error(f"`{name}` raised {words}", name, places, hint=hint)


def _indent(file: Path, line: int) -> int:
    try:
        text = file.read_text(encoding="utf-8").splitlines()[line - 1]
    except (OSError, ValueError, IndexError):
        return 0
    return len(text) - len(text.lstrip())


def _error(
    message: str, name: Name, places: tuple[Label, ...] = (), *, label: str = "", hint: str | None = None
) -> HookError:
    return HookError(Diagnostic(HOOK_FAILED, message, (Label(name.span, label), *places), help=hint))
