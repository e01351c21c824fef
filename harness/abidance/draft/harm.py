"""Functions that are not called, because a call may do harm outside of its arguments or cannot be made at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.assertion_texts import is_far_limit
from abidance.draft.documentation.preconditions import condition, taken_over
from abidance.draft.handles_by_value import taken_by_value
from abidance.draft.library_calls import OF_THE_PROCESS, OUTSIDE, TALKS
from abidance.draft.model import GuessEvidence, LeftOut, Rank
from abidance.draft.reference_counts import reference_adder
from abidance.header.name_words import ENDS, actions_of, destroys, has_word, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.views import FunctionView, HeaderView

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
        "alarm", "raise", "system", "exit", "abort", "spawn", "sleep", "unlink",
    )
)  # fmt: skip
"""Words of the above that mean something else as often: where the library's code can be read, it decides."""
_DOCUMENTED = re.compile(
    r"\b(?:exits?|terminates?|aborts?|kills?|reboots?)\s+(?:the\s+)?(?:\w+\s+)?(?:program|process|application|system|machine)\b"
    r"|\bcalls?\s+`?(?:exit|abort|_exit|fork|exec\w*|system|longjmp)\b"
    r"|\b(?:does not return|never returns)\b(?!\s+(?:(?:an?|any|the)\s|anything\b|values?\b|null\b|errors?\b))"
    r"|\b(?:deletes?|removes?|overwrites?|truncates?|renames?|erases?|creates?)\s+(?:the|a|an|all|any)\s+(?:\w+\s+){0,2}"
    r"(?:files?|director(?:y|ies)|folders?|disk|device|partition)\b",
    re.IGNORECASE,
)
_NOT_REACHED = re.compile(r'\(*(?:0|false)\b\)*(?: ?&&.*)?|!\*?\(*".*')
"""An assertion of a place that is not to be reached."""
_MADE = re.compile(r"\(*\w+(?:->\w+)*\)*\s*!=\s*(?:NULL|0)")
"""A check of memory that the function has asked for, or of a pointer that is given."""
_ALONE = re.compile(r"\(*\w+\)*")
_ALLOCATORS = frozenset(("malloc", "calloc", "realloc", "strdup", "strndup"))
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
    if not view.function.prototype and not view.takes_nothing:
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
    mine = _own_handle(view)
    talks = calls.leading_to(view.function.symbol, TALKS)
    if talks and (mine is None or mine[1] != view.name):  # each has to be ended
        return _harm(Rank.LIBRARY, f"its code leads to `{talks}`")
    ends = {"exit", "_exit", "_Exit", "quick_exit"} & calls.called_by(view.function.symbol)
    if ends:
        return _harm(Rank.LIBRARY, f"its code calls `{min(ends)}`")
    return None


def _asserts(view: FunctionView) -> LeftOut | None:
    """Leave out what ends the process where a condition does not hold that no contract knows."""
    mine = _own_handle(view)
    if mine is not None and (mine[1] == view.name or _adds_reference(view)):
        return None  # what it asserts of an object that is whole holds, and each has to be ended
    if view.name in view.header.predicates:
        return None  # whoever asks it does so of any object
    for name, text in view.header.assertions(view.function.symbol):
        if _is_the_librarys(view, name, text) or _is_of_memory(view, name, text):
            continue
        if is_far_limit(text, view.parameters):
            continue
        words = " ".join(text.split())
        shown = f"`{words[:_WIDEST]}{'...' if len(words) > _WIDEST else ''}`"
        own = name == view.function.symbol
        if _NOT_REACHED.fullmatch(words):
            whose = "its code" if own else f"`{name}`, which it calls,"
            return _gap(f"in which calls {whose} does not come to the assertion {shown}")
        which = "it asserts" if own else f"`{name}`, which it calls, asserts"
        return _gap(
            f"in which calls {shown} holds, which {which}" if text else f"in which calls what {which} holds"
        )
    ending = view.header.source.calls.ends_in(view.function.symbol)
    if ending:
        return _gap(f"in which calls its code does not go to `{ending}`, which ends the process")
    reports = view.header.source.calls.reports_by(view.function.symbol)
    if reports is not None:
        conditions = [text for text in reports if view.is_condition(text)]
        unmet = [text for text in conditions if not (_MADE.fullmatch(text) or view.is_met(text))]
        if unmet:
            shown = " ".join(unmet[0].split())[:_WIDEST]
            return _gap(f"in which calls `{shown}` holds, which it checks, or ends the process")
        if not conditions:
            message = max((" ".join(text.split()) for text in reports if " " in text), key=len, default="")
            what = f"`{message[:_WIDEST]}`" if message else "what is wrong"
            return _gap(f"in which calls it reports {what}, and whether it ends the process then")
    for name in sorted(view.header.source.calls.exported_callees(view.function.symbol)):
        if (
            _reports(view, name)
            or not _ENDINGS.isdisjoint(words_of(name))
            or {"by", "zero"} <= {*words_of(name)}
        ):
            return _gap(f"in which calls `{name}` is not called, which seems to end the process")
    return None


def _is_the_librarys(view: FunctionView, asserting: str, text: str) -> bool:
    """Tell whether an assertion is about the library's own data, whatever is given: one that fails is a defect.

    So it is in what a function calls, where that takes nothing of a type which the caller gives, and so could be
    passed. The names in an assertion do not tell: a header may name parameters otherwise than the source.
    """
    header = view.header
    declared = header.functions_by_symbol.get(asserting, asserting)
    if asserting == view.function.symbol or not text or declared not in header.declarations.functions:
        return False
    return _types_taken(header.view(declared)).isdisjoint(_types_taken(view))


def _is_of_memory(view: FunctionView, asserting: str, text: str) -> bool:
    """Tell whether an assertion is that there was memory, which no caller decides: of a pointer, and no more of it.

    It stands in what wraps an allocator that is called, and has its name: `rd_calloc`.
    """
    calls, within = view.header.source.calls, view.header.functions_by_symbol
    parts = calls.exported_within(view.function.symbol, within)
    called = frozenset().union(*map(calls.called_by, parts)) & _ALLOCATORS
    wraps = asserting != view.function.symbol and asserting.endswith(tuple(called))
    return wraps and bool(_ALONE.fullmatch(text) or _MADE.fullmatch(text))


def _types_taken(view: FunctionView) -> set[str]:
    """Return the types of a function's parameters, or what they point to."""
    header = view.header
    types = ((each.type, header.target(each.type)) for each in view.parameters.values())
    return {
        header.type_name(header.bare(type_)) if to is None else header.record_key(to) or header.type_name(to)
        for type_, to in types
    }


def _reports(view: FunctionView, name: str) -> bool:
    """Tell whether a function reports mistakes, by its name, and ends the process or is told a place in the source."""
    if _REPORTS.isdisjoint(words_of(name)):
        return False
    declared = view.header.declarations.functions.get(name)
    places = {each.name for each in declared.parameters} if declared is not None else set()
    return {"file", "line"} <= places or view.header.source.calls.ends_in(name) == "abort"


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
    if first is not None and not any(each.prepare == first for each in view.header.readiness.values()):
        return _gap(f"in which order: the documentation has `{first}` called before")
    taken = {
        facts.name: facts for _, _, target in view.pointers() if (facts := view.handle_of(target)) is not None
    }
    before = {name for facts in taken.values() for name in facts.creators} | {view.name}
    for text in view.documentation:
        words = condition(text, before, creates=view.name in view.header.creators)
        if words is not None:
            return LeftOut(
                GuessEvidence(text.rank, f'in which calls: the documentation says "{words}"', text.span)
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
    if has_word(view.name, _REFERENCES | _TAKES_OUT):
        mine = _own_handle(view)
        if mine is not None and view.name != mine[1] and not _adds_reference(view):
            if has_word(view.name, _TAKES_OUT):
                return _gap(f"who owns the `{mine[0]}` that it takes out")
            if not _has_more_to_do(view):
                return _gap(f"how it counts references to `{mine[0]}`")
    mine = _own_handle(view)
    if mine is not None and mine[1] is not None and view.name != mine[1]:
        rank = destroys(view.name)
        if rank is not None and rank < _LEAST and not any(p for p in list(view.parameters)[1:]):
            return _gap(f"whether the `{mine[0]}` can be used after it: `{mine[1]}` ends one")
    return None


def _only_end(view: FunctionView) -> LeftOut | None:
    """Leave out what may be the end of a handle of which no end is known: it takes nothing else, and frees memory."""
    mine = _own_handle(view)
    if mine is None or mine[1] is not None or len(view.parameters) > 1:
        return None
    target = view.header.target(next(iter(view.parameters.values())).type)
    handle = view.handle_of(target) if target is not None else None
    if handle is None or handle.own_memory:
        return None
    calls = view.header.source.calls
    if (target is not None and view.header.is_const(target)) or (
        calls.known and not calls.leading_to(view.function.symbol, ("free", "munmap", "realloc"))
    ):
        return None
    return _gap(f"whether it ends the `{mine[0]}`: nothing else seems to")


def _unready(view: FunctionView) -> LeftOut | None:
    """Leave out what takes a handle that its creator does not make ready, where no call that does is known."""
    mine = _own_handle(view)
    ready = view.header.readiness.get(mine[0]) if mine is not None else None
    if mine is not None and ready is not None and view.name in ready.asking and not _adds_reference(view):
        return _gap(f"what makes a new `{mine[0]}` ready: {ready.why}")
    return None


def _undocumented(view: FunctionView) -> LeftOut | None:
    """Leave out what acts on a handle, by its name, where nothing is written about it at all."""
    first = next(iter(view.pointers()), None)
    handle = view.handle_of(first[2]) if first else None
    if handle is None or handle.own_memory or view.documentation:
        return None
    if any(view.name == each.prepare for each in view.header.readiness.values()):
        return None
    acting = next((word for word in words_of(view.name) if word in _ACTS | _INITIALISES), "")
    if not acting or view.name in (handle.destroyer, *handle.creators):
        return None
    return _gap(f"in which state the `{handle.name}` has to be: nothing is written about `{acting}`")


def _begins_anew(view: FunctionView) -> LeftOut | None:
    """Leave out what initialises an object that is initialised already, by another function or by its creator."""
    mine = next(iter(view.pointers()), None)
    handle = view.handle_of(mine[2]) if mine else None
    if (
        handle is None
        or not handle.creators
        or view.name in handle.creators
        or not has_word(view.name, _INITIALISES)
    ):
        return None
    calls, header = view.header.source.calls, view.header
    within = {each for name in handle.creators for each in calls.exported_callees(header.symbol(name))}
    if not handle.own_memory and view.function.symbol not in within:
        return None
    return _gap(f"whether it takes a `{handle.name}` that is in use: `{handle.creators[0]}` begins one")


def _frees_memory(view: FunctionView) -> LeftOut | None:
    """Leave out what frees something that is no handle: where that comes from is not known."""
    words = actions_of(view.name)
    last = not _LAST_END.isdisjoint(words) or "realloc" in view.name.lower()
    if ENDS.isdisjoint(words) and not last:
        return None
    for name, _, target in view.pointers():
        handle, inner = view.handle_of(target), view.header.target(target)
        if inner is None and not last:
            continue  # `clear` and `close` leave what they are given in place
        if handle is None and inner is not None:
            handle = view.handle_of(inner)
            handle = handle if handle is not None and handle.destroyer == view.name else None
        if handle is None or not handle.creators:
            return _gap(f"where `{name}`, which it frees, comes from")
    return None


def _allocates(view: FunctionView) -> LeftOut | None:
    """Leave out what returns new memory as a number."""
    if not has_word(view.name, _ALLOCATES) or not view.header.is_integer(view.function.returns):
        return None
    if any(view.handle_of(target) for _, _, target in view.pointers()):
        return None
    return _gap("who frees the memory, if what it returns stands for some")


def _given_away(view: FunctionView) -> LeftOut | None:
    """Leave out what links two handles: the library may own one of them from then on."""
    header = view.header
    for text in view.documentation:
        words = taken_over(text)
        if words is not None and any(view.pointers()) and not _adds_reference(view):
            return LeftOut(
                GuessEvidence(text.rank, f'who owns what: the documentation says "{words}"', text.span)
            )
    taken = [
        (name, handle)
        for name, _, target in view.pointers()
        if (handle := view.handle_of(target)) is not None and handle.creators and not header.is_const(target)
    ]
    if len(taken) > 1 and view.name not in {each for _, handle in taken for each in handle.creators}:
        return _gap(f"who owns `{taken[1][0]}` afterwards, and how long it is needed")
    for name, handle in taken:
        new = view.name in handle.creators and not (handle.own_memory or handle.borrowed)
        if new and not has_word(view.name, _COPIES) and view.returns_new is None:
            return _gap(f"whether the `{handle.name}` that it makes belongs to `{name}`")
    for name, handle in taken:
        alike = [
            each for each, _, target in view.pointers() if each != name and view.handle_of(target) == handle
        ]
        if alike and view.name not in handle.creators and _is_made_from_another(header, handle):
            return _gap(f"whether `{name}` needs afterwards what `{alike[0]}` was made from")
    return None


def _is_made_from_another(header: HeaderView, handle: HandleFacts) -> bool:
    """Tell whether what makes it is given another handle: what is copied from one to the next may lead there."""
    given = (key for name in handle.creators for key in header.view(name).taken)
    return any(key != handle.key and key in header.handles for key in given)


def _variants(view: FunctionView) -> LeftOut | None:
    """Leave out what takes a handle of which other functions assert that it is of a certain kind.

    What others ask for the kind may be called with any, and what asserts one itself is called with that.
    """
    if view.name in view.header.predicates or any(map(view.asked, view.asserted)):
        return None
    for _, _, target in view.pointers():
        handle = view.handle_of(target)
        if handle is None or not handle.creators or view.name == handle.destroyer:
            continue
        for text, function in view.asserted_of_its_kind:
            if not view.asked(text) and view.name not in handle.creators:
                return _gap(f"in which calls `{text}` holds, which `{function}` asserts, and others so named")
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
    _only_end,
    _unready,
    _begins_anew,
    _undocumented,
    _frees_memory,
    _allocates,
    _given_away,
    _variants,
)

_WIDEST = 70
_REFERENCES = frozenset(
    (
        "ref",
        "incref",
        "decref",
        "unref",
        "retain",
        "addref",
        "reference",
        "unreference",
        "acquire",
    )
)
_TAKES_OUT = frozenset(("steal", "detach"))
_ENDINGS = frozenset(("assert", "assertion", "abort", "fatal", "panic", "die", "bug"))
_ACTS = frozenset(
    (
        "send", "recv", "receive", "next", "prev", "previous", "step", "run", "perform", "process", "start",
        "stop", "begin", "resume", "seek", "flush", "commit", "rollback", "keyboard", "mouse", "key", "bye",
        "ping", "emit", "dispatch", "poll", "wait", "wakeup", "read", "write", "input", "output", "dump",
        "advance", "current", "tell", "fetch", "execute",
        "exec", "draw", "render", "scroll",
    )
)  # fmt: skip
"""Words of functions that go on with something that has to be under way."""
_INITIALISES = frozenset(("init", "initialize", "setup", "construct"))
_ALLOCATES = frozenset(("alloc", "malloc", "calloc", "allocate"))
_COPIES = frozenset(("copy", "dup", "duplicate", "clone", "ref", "reference", "parse", "convert", "merge"))
_REPORTS = frozenset(("error", "err", "fail", "failure", "bad", "invalid", "misuse"))
_LAST_END = frozenset(("free", "release", "dispose", "dealloc", "deallocate"))
_LEAST = 14
"""Words such as `end` and those surer than it; `clear`, `done` and `put` may leave a handle as it was."""


def _adds_reference(view: FunctionView) -> bool:
    """Tell whether it is the one function that adds a reference to a handle, which another gives back."""
    handles = (view.handle_of(target) for _, _, target in view.pointers())
    return any(facts is not None and reference_adder(view.header, facts) == view.name for facts in handles)


def _has_more_to_do(view: FunctionView) -> bool:
    """Tell whether a function is given two objects of one type, or more than a number: `retain(set, start, end)`."""
    header = view.header
    objects = {n: header.record_key(target) for n, _, target in view.pointers() if view.handle_of(target)}
    others = [each.type for name, each in view.parameters.items() if name not in objects]
    more = len(others) > 1 or not all(map(header.is_integer, others))
    return more or len({*objects.values()}) < len(objects)


def _own_handle(view: FunctionView) -> tuple[str, str | None] | None:
    first = next(iter(view.pointers()), None)
    by_value = next(taken_by_value(view), None)
    handle = by_value[1] if by_value else view.handle_of(first[2]) if first else None
    return (handle.name, handle.destroyer) if handle is not None and handle.creators else None


def _harm(rank: Rank, text: str) -> LeftOut:
    return LeftOut(GuessEvidence(rank, text), harm=True)


def _gap(question: str) -> LeftOut:
    return LeftOut(GuessEvidence(Rank.CAUTION, question))
