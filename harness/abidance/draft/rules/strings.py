"""A lone `const char *` is a string; one that names a file, a host or a format needs a person who says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import is_string, special_texts
from abidance.draft.model import Rank, gap, guessed
from abidance.draft.rules import lifetimes
from abidance.draft.rules.buffers import is_counted, uncounted
from abidance.header.name_words import PATHS, REMOTE, has_word, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView
    from abidance.ir.types import Type

_TEXTS = frozenset(
    ("str", "string", "name", "text", "key", "title", "label", "word", "uri", "xml", "sql", "json")
)
_RAW = frozenset(
    ("data", "buf", "buffer", "bytes", "block", "raw", "ptr", "mem", "memory", "payload", "packet")
)
"""Names of what need not be a text."""
_FORMATS = frozenset(("fmt", "format", "template"))
_COMMANDS = frozenset(("command", "cmd", "cmdline", "program", "shell", "exe", "executable", "script"))
_PROCESS = frozenset(("locale", "env", "environment", "module", "plugin", "library", "so"))
_ANYTHING = frozenset(
    ("name", "config", "conf", "db", "database", "root", "base", "where", "location", "spec")
)
_NAMES_A_FILE = ("pathname", "name of the file", "file name", "filename")
_LISTS = frozenset(("argv", "args", "envp"))


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the strings among the parameters."""
    for name, parameter, target in view.pointers():
        special_type = view.own_pointer_type(parameter)
        if special_type:
            yield name, gap("in", None, f"where a `{special_type}` for `{name}` comes from")
            continue
        text = _why(view, name, target)
        if text is None:
            yield from _wide(view, name, target)
            continue
        question = _question(view, name) or _counted(view, name)
        if question is None:
            yield name, guessed("in", "string", Rank.NAME, text)
            continue
        special = [each for text_, said in view.sentences(name) for each in special_texts(said) if text_]
        if special:
            yield (
                name,
                guessed("in", "string", Rank.COMMENT, f'the documentation has "{special[0]}" for no file'),
            )
            names = ", ".join(f'"{each}"' for each in special)
            yield (
                "",
                guessed("requires", (f"{name} in [{names}]",), Rank.COMMENT, "other names would be files"),
            )
        else:
            yield name, gap("in", None, question)


def _why(view: FunctionView, name: str, target: Type) -> str | None:
    header = view.header
    if not header.is_const(target) or header.is_void(target) or not header.is_byte(target):
        return None
    if header.is_char(target):
        return "a lone `const char *`"
    if any(is_string(each) for _, said in view.sentences(name) for each in said):
        return "the documentation calls it NUL-terminated"
    words = words_of(name)
    return "its name" if words and words[-1] in _TEXTS else None


def _wide(view: FunctionView, name: str, target: Type) -> Iterator[tuple[str, Guess]]:
    """Yield that text in characters of several bytes is an array which ends with 0, where documentation says so."""
    header = view.header
    if not header.is_const(target) or header.is_byte(target) or not header.is_integer(target):
        return
    if is_counted(view, name, target):
        return
    for text, said in view.sentences(name):
        if any(map(is_string, said)):
            why = "the documentation calls it NUL-terminated"
            yield name, guessed("in", "array", text.rank, why, text.span)
            yield name, guessed("ended_by", 0, text.rank, why, text.span)
            return


def _counted(view: FunctionView, name: str) -> str | None:
    """Return the question whether a text ends with a NUL, where a number may be its length."""
    if any(is_string(each) for _, said in view.sentences(name) for each in said):
        return None
    if not _RAW.isdisjoint(words_of(name)[-1:]):
        return f"how long `{name}` is"
    beside = view.after(name)
    if beside is not None and not {name, beside[0]} & view.named and view.header.is_integer(beside[1].type):
        return f"whether `{beside[0]}` is the length of `{name}`"
    numbers = uncounted(view)
    return f"whether `{numbers[0]}` is the length of `{name}`" if numbers else None


def _question(view: FunctionView, name: str) -> str | None:
    if lifetimes.is_lent(view, name) and lifetimes.lifetime(view, name) is None:
        return f"how long `{name}` must be there"
    words = words_of(name)
    last = words[-1] if words else ""
    spoken = " ".join(each for _, said in view.sentences(name) for each in said).lower()
    if any(each in spoken for each in _NAMES_A_FILE) or (
        not PATHS.isdisjoint(words[-2:]) and not _looks_up(view)
    ):
        return f"which file or folder `{name}` may name"
    if last in ("name", "src", "source", "dst", "dest", "from", "to", "target") and has_word(
        view.name, PATHS
    ):
        return f"which file or folder `{name}` may name"
    if not REMOTE.isdisjoint(words[-2:]) and not _looks_up(view):
        return f"what `{name}` may connect to"
    if last in _FORMATS and (view.function.variadic or _formats(view)):
        return f"which formats `{name}` may have"
    if last in _COMMANDS:
        return f"what `{name}` may run"
    if last in _PROCESS:
        return f"which `{name}` is there"
    if last in _LISTS:
        return f"what `{name}` points to"
    calls = view.header.source.calls
    vague = len(name) == 1 or last in _ANYTHING or words[:1] == ("arg",)
    if vague and calls.exported.get(view.function.symbol) in view.header.opening:
        return f"which file `{name}` may name: the code opens files"
    return None


def _looks_up(view: FunctionView) -> bool:
    """Tell whether a name is one that a handle knows: the handle stays as it is, and the code leads nowhere outside.

    Where nothing can be changed, the text cannot be kept for a later call that opens what it names.
    """
    taken = [target for _, _, target in view.pointers() if view.handle_of(target) is not None]
    known = view.header.source.calls.exported.get(view.function.symbol)
    return (
        bool(taken)
        and all(map(view.header.is_const, taken))
        and known is not None
        and known not in view.header.opening
        and known not in view.header.destructive
    )


def _formats(view: FunctionView) -> bool:
    return any(each.name == "format" for each in view.function.attributes)
