"""What prints, keeps memory or opens descriptors, by its name or its code: the contract then lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed
from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

_PRINTS = frozenset(
    (
        "print",
        "perror",
        "dump",
        "show",
        "debug",
        "display",
        "report",
        "trace",
        "usage",
        "help",
        "warn",
        "log",
    )
)
_PRINTING = frozenset(
    (
        "printf", "puts", "putchar", "perror", "__printf_chk", "vprintf", "__vprintf_chk", "fprintf",
        "__fprintf_chk", "vfprintf", "__vfprintf_chk", "fputs", "fputc", "putc", "fwrite", "psignal", "warn",
        "warnx", "vwarn", "error",
    )
)  # fmt: skip
"""Functions of the C library that print, or write to a stream that may be `stderr`."""
_OPENING = frozenset(
    (
        "socket", "socketpair", "pipe", "pipe2", "eventfd", "epoll_create", "epoll_create1", "inotify_init",
        "inotify_init1", "timerfd_create", "memfd_create", "dup", "signalfd",
    )
)  # fmt: skip
"""Functions of the C library that return a descriptor, and one that is kept as a rule."""
_ALLOCATING = frozenset(("malloc", "calloc", "realloc", "strdup", "strndup", "asprintf", "__asprintf_chk"))
_KEEPS = frozenset(
    (
        "register",
        "add",
        "install",
        "intern",
        "insert",
        "push",
        "define",
        "append",
        "hook",
        "atexit",
        "set",
        "load",
        "init",
        "initialize",
        "setup",
    )
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield that a function prints, keeps something in no handle, or leaves descriptors open."""
    effects: dict[str, tuple[Rank, str]] = {}
    by_name = dict(_by_name(view))
    for effect, text in (*by_name.items(), *_by_code(view)):
        effects.setdefault(effect, (Rank.NAME if effect in by_name else Rank.LIBRARY, text))
    if effects:
        rank = max(rank for rank, _ in effects.values())
        why = ", ".join(dict.fromkeys(text for _, text in effects.values()))
        yield "", guessed("may", tuple(effects), rank, why)


def _by_name(view: FunctionView) -> Iterator[tuple[str, str]]:
    done = _words_of_what_is_done(view)
    for effect, words in (("output", _PRINTS), ("memory", _KEEPS)):
        word = next((each for each in done if each in words), "")
        elsewhere = _has_handle(view) if effect == "memory" else _renders(view)
        if word and not elsewhere:
            yield effect, f"`{word}` in its name"


def _words_of_what_is_done(view: FunctionView) -> list[str]:
    """Return the words of a name without those of what it is about: `exif_log_ref` of `ExifLog` logs nothing.

    A name that has no others, `exif_log`, says what is done with the object.
    """
    said = words_of(view.name)
    about = (set(words_of(view.header.type_name(target))) for _, _, target in view.pointers())
    objects = {word for words in about if not words.issuperset(said) for word in words}
    return [word for word in said if word not in objects]


def _by_code(view: FunctionView) -> Iterator[tuple[str, str]]:
    header, calls = view.header, view.header.source.calls
    target = header.target(view.function.returns)
    # A text that is the library's is made once, or once for each number.
    texts = (
        target is not None and header.is_char(target) and header.is_const(target) and not _has_handle(view)
    )
    for effect, imports in (("output", _PRINTING), ("memory", _ALLOCATING), ("files", _OPENING)):
        through = calls.leading_to(view.function.symbol, imports)
        if through and (effect != "memory" or texts):
            yield effect, f"its code leads to `{through}`"


def _renders(view: FunctionView) -> bool:
    """Tell whether it leaves what it makes with its caller: a text that it prints there, a list that it returns."""
    header = view.header
    if header.target(view.function.returns) is not None:
        return True
    left = (target for _, _, target in view.pointers())
    return any(each is not None and header.is_char(each) and not header.is_const(each) for each in left)


def _has_handle(view: FunctionView) -> bool:
    return any(view.handle_of(target) for _, _, target in view.pointers())
