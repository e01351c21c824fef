"""Functions that are not called, because a call may do harm outside of its arguments or cannot be made at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.model import GuessEvidence, LeftOut, Rank
from abidance.draft.views import OF_THE_PROCESS, OUTSIDE
from abidance.header.name_words import destroys, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.draft.views import FunctionView

    Obstacle = Callable[[FunctionView], LeftOut | None]

_NEVER = frozenset(
    (
        "exit", "abort", "fork", "vfork", "daemon", "daemonize", "exec", "execv", "execve", "execvp", "execl", "system",
        "popen", "spawn", "kill", "killpg", "raise", "reboot", "poweroff", "halt", "suspend", "hibernate", "chdir",
        "fchdir", "chroot", "mount", "umount", "unmount", "setuid", "setgid", "seteuid", "setegid", "setsid", "setpgid",
        "sigaction", "signal", "sigprocmask", "alarm", "unlink", "rmdir", "mkdir", "chmod", "chown", "mkfifo", "mknod",
        "symlink", "putenv", "setenv", "unsetenv", "clearenv", "setlocale", "sleep", "usleep", "nanosleep", "pause",
        "getchar", "gets", "readline", "getpass", "format", "mkfs", "erase", "wipe", "flash", "iopl", "ptrace",
        "longjmp", "siglongjmp", "sigsuspend", "sigwait", "terminate", "crash", "panic", "die", "prompt", "login",
        "listen", "accept", "bind", "connect", "sendto", "resolve", "gethostbyname", "getaddrinfo", "syslog", "openlog",
    )
)  # fmt: skip
_WITHOUT_CODE = frozenset(
    (
        "exec", "bind", "connect", "accept", "listen", "format", "resolve", "signal", "terminate", "erase", "wipe",
        "pause", "prompt", "login", "logout", "mount", "unmount", "suspend", "halt", "flash", "die", "panic", "crash",
        "alarm", "raise", "system", "exit", "abort", "spawn", "sleep",
    )
)  # fmt: skip
"""Words of the above that mean something else as often: where the library's code can be read, it decides."""
_DOCUMENTED = re.compile(
    r"\b(?:exits?|terminates?|aborts?|kills?|reboots?)\s+(?:the\s+)?(?:\w+\s+)?(?:program|process|application|system|machine)\b"
    r"|\bcalls?\s+`?(?:exit|abort|_exit|fork|exec\w*|system|longjmp)\b|\bdoes not return\b|\bnever returns\b"
    r"|\b(?:deletes?|removes?|overwrites?|truncates?|renames?|erases?|creates?)\s+(?:the|a|an|all|any)\s+(?:\w+\s+){0,2}"
    r"(?:files?|director(?:y|ies)|folders?|disk|device|partition)\b",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"\b(?:should|must|has to|needs? to|have to)\s+(?:first\s+)?(?:have been|has been)\s+\w+\b[^.;]{0,60}"
    r"|\b(?:may|must|can|should|has to|shall|is to)\s+(?:only\s+)?be\s+(?:called|used|invoked)\s+(?:only\s+)?"
    r"(?:after|before|once|from|within|inside|between|immediately|prior)\b[^.;]{0,50}"
    r"|\bonly\s+(?:valid|allowed|available|meaningful|legal|permitted)\s+"
    r"(?:after|before|when|once|if|during|in|from|while)\b[^.;]{0,50}"
    r"|\bmust\s+call\s+\w+\b[^.;]{0,30}\b(?:first|before)\b",
    re.IGNORECASE,
)
_FILES = frozenset(("FILE", "DIR", "struct _IO_FILE", "struct __dirstream"))


def obstacle(view: FunctionView) -> LeftOut | None:
    """Return why a function is left out, whatever its parameters."""
    return next((found for each in OBSTACLES if (found := each(view)) is not None), None)


def _never_returns(view: FunctionView) -> LeftOut | None:
    names = {each.name for each in view.function.attributes}
    if not names.isdisjoint(("noreturn", "_Noreturn")):
        return _harm(Rank.ATTRIBUTE, "it does not return (`noreturn`)")
    return None


def _variadic(view: FunctionView) -> LeftOut | None:
    if view.function.variadic:
        return _gap("which arguments `...` takes; `prototype` says it")
    if not view.function.prototype:
        return _gap("which parameters it has; `prototype` says it")
    if any("va_list" in view.header.type_name(each.type) for each in view.parameters.values()):
        return _gap("which arguments its `va_list` has; `prototype` says it")
    return None


def _words(view: FunctionView) -> LeftOut | None:
    known = view.header.source.calls.known
    found = [w for w in words_of(view.name) if w in _NEVER and not (known and w in _WITHOUT_CODE)]
    if found:
        return _harm(Rank.NAME, f"its name has `{found[0]}` in it")
    return None


def _code(view: FunctionView) -> LeftOut | None:
    """Leave out what the library's machine code leads to harm by."""
    calls = view.header.source.calls
    if view.function.symbol in OUTSIDE | OF_THE_PROCESS:
        return _harm(Rank.NAME, "it is the C library's own, and works on more than its arguments")
    start = calls.exported.get(view.function.symbol)
    if start is None:
        return None
    led = view.header.destructive.get(start)
    if led is not None:
        return _harm(Rank.LIBRARY, f"its code leads to `{led}`")
    ends = {"exit", "_exit", "_Exit", "quick_exit"} & calls.called_by(view.function.symbol)
    if ends:
        return _harm(Rank.LIBRARY, f"its code calls `{min(ends)}`")
    return None


def _asserts(view: FunctionView) -> LeftOut | None:
    """Leave out what ends the process where a condition does not hold that no contract knows."""
    for name, text in view.header.assertions(view.function.symbol):
        words = " ".join(text.split())
        shown = f"`{words[:_WIDEST]}{'...' if len(words) > _WIDEST else ''}`" if text else "something"
        which = "it asserts" if name == view.function.symbol else f"`{name}`, which it calls, asserts"
        return _gap(f"in which calls {shown} holds, which {which}")
    for name in sorted(view.header.source.calls.exported_callees(view.function.symbol)):
        if not _ENDINGS.isdisjoint(words_of(name)) or {"by", "zero"} <= {*words_of(name)}:
            return _gap(f"in which calls `{name}` is not called, which seems to end the process")
    return None


def _files(view: FunctionView) -> LeftOut | None:
    """Leave out what writes to files and descriptors, or takes a stream that nobody has opened."""
    header = view.header
    for name, _, target in view.pointers():
        if header.type_name(target) in _FILES:
            return _gap(f"which stream `{name}` is")
    return None


def _said(view: FunctionView) -> LeftOut | None:
    for text in view.documentation:
        # What a comment shared by several functions says need not be about this one, but no call is worth the risk.
        beginning = " ".join([*text.sentences()][:3])
        found = _DOCUMENTED.search(f"{beginning} {text.returns}")
        if found:
            return LeftOut(
                GuessEvidence(text.rank, f'the documentation says "{" ".join(found[0].split())}"', text.span),
                True,
            )
    return None


def _order(view: FunctionView) -> LeftOut | None:
    """Leave out what the documentation allows only after or before other calls."""
    first = view.header.needed_first.get(view.name)
    if first is not None:
        return _gap(f"in which order: the documentation has `{first}` called before")
    for text in view.documentation:
        for sentence in text.sentences():
            found = _IN_ORDER.search(sentence)
            if found:
                words = " ".join(found[0].split())[:_WIDEST].replace('"', "'")
                return LeftOut(
                    GuessEvidence(text.rank, f'in which order: the documentation says "{words}"', text.span)
                )
    return None


def _longjmp(view: FunctionView) -> LeftOut | None:
    for _, _, target in view.pointers():
        for facts in view.header.handles.get(view.header.record_key(target) or "", ()):
            if facts.throws:
                return _gap(f"how its errors are caught: those of `{facts.type_name}` leave by `longjmp`")
    return None


def _second_end(view: FunctionView) -> LeftOut | None:
    """Leave out what ends a handle besides the one function that the contract names, and what counts references."""
    if not {"ref", "incref", "decref", "unref", "retain", "addref", "steal", "detach"}.isdisjoint(
        words_of(view.name)
    ):
        mine = _own_handle(view)
        if mine is not None and view.name != mine[1]:
            return _gap(f"how it counts references to `{mine[0]}`")
    mine = _own_handle(view)
    if mine is not None and mine[1] is not None and view.name != mine[1]:
        rank = destroys(view.name)
        if rank is not None and rank < _LEAST and not any(p for p in list(view.parameters)[1:]):
            return _gap(f"whether the `{mine[0]}` can be used after it: `{mine[1]}` ends one")
    return None


def _begins_anew(view: FunctionView) -> LeftOut | None:
    """Leave out what initialises a record of the caller's that another function has initialised already."""
    mine = next(iter(view.pointers()), None)
    handle = view.handle_of(mine[2]) if mine else None
    if handle is None or not handle.own_memory or view.name in handle.creators:
        return None
    if {"init", "initialize", "setup", "construct"}.isdisjoint(words_of(view.name)):
        return None
    return _gap(f"whether it takes a `{handle.name}` that is in use: `{handle.creators[0]}` begins one")


def _frees_memory(view: FunctionView) -> LeftOut | None:
    """Leave out what frees something that is no handle: where that comes from is not known."""
    if _LAST_END.isdisjoint(words_of(view.name)):
        return None
    for name, _, target in view.pointers():
        handle = view.handle_of(target)
        if handle is None or not handle.creators:
            return _gap(f"where `{name}`, which it frees, comes from")
    return None


def _given_away(view: FunctionView) -> LeftOut | None:
    """Leave out what links two handles: the library may own one of them from then on."""
    header = view.header
    taken = [
        (name, handle)
        for name, _, target in view.pointers()
        if (handle := view.handle_of(target)) is not None and handle.creators and not header.is_const(target)
    ]
    if len(taken) > 1 and view.name not in {each for _, handle in taken for each in handle.creators}:
        return _gap(f"who owns `{taken[1][0]}` afterwards, and how long it is needed")
    return None


def _variants(view: FunctionView) -> LeftOut | None:
    """Leave out what takes a handle of which other functions assert that it is of a certain kind."""
    for _, _, target in view.pointers():
        handle = view.handle_of(target)
        if handle is None or not handle.creators or view.name == handle.destroyer:
            continue
        asserted = view.header.variants.get(handle.key)
        if asserted is not None:
            return _gap(f"which kinds of `{handle.name}` it takes: `{asserted[0]}` asserts `{asserted[1]}`")
    return None


OBSTACLES: tuple[Obstacle, ...] = (
    _never_returns,
    _words,
    _code,
    _asserts,
    _said,
    _variadic,
    _files,
    _order,
    _longjmp,
    _second_end,
    _begins_anew,
    _frees_memory,
    _given_away,
    _variants,
)

_WIDEST = 70
_ENDINGS = frozenset(("assert", "assertion", "abort", "fatal", "panic", "die", "bug"))
_LAST_END = frozenset(("free", "release", "dispose", "dealloc", "deallocate"))
_LEAST = 14
"""Words such as `end` and those surer than it; `clear`, `done` and `put` may leave a handle as it was."""


def _own_handle(view: FunctionView) -> tuple[str, str | None] | None:
    first = next(iter(view.pointers()), None)
    handle = view.handle_of(first[2]) if first else None
    return (handle.name, handle.destroyer) if handle is not None and handle.creators else None


def _harm(rank: Rank, text: str) -> LeftOut:
    return LeftOut(GuessEvidence(rank, text), harm=True)


def _gap(question: str) -> LeftOut:
    return LeftOut(GuessEvidence(Rank.CAUTION, question))
