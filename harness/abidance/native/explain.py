"""Which clauses of a contract are compiled, and why the others stay with `abidance run`: each with its line.

What `_CLAUSES` says of a clause holds wherever it is written; of a contract's own, what the compiler left out goes
before it. The reference page is written from the same table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from abidance.contract.expression import Expression
from abidance.contract.language.clauses import Clauses, Name, table
from abidance.native.target import emit
from abidance.native.target.reasons import FORM
from abidance.report.text.style import Color, Style
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.contract.language.clauses import Clause
    from abidance.core.span import Span
    from abidance.native.target import Left

How = Literal["compiled", "run", "python", ""]
"""Compiled; judged by `run` alone; Python code of the user; or it says nothing of a call."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a clause is treated, and why where it is not compiled."""

    how: How
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedClause:
    """A clause of a contract. `path` is such as ``functions.decode.params.n.range``."""

    path: str
    span: Span
    treatment: Treatment


COMPILED = Treatment("compiled")
NO_CALL = Treatment("", "it says nothing of a call")
CODE = Treatment("python", "it is code in Python")
SOME = Treatment(
    "compiled",
    "as some of its values; floating-point numbers, and records with more than numbers and plain memory, `run` makes",
)
TIME = Treatment("run", "time is measured, which needs a process of its own")
COUNTED = Treatment("run", "instructions and heap memory are counted in a worker")
STATE = Treatment("run", "the state of the process is compared around the call")
THREADS = Treatment("run", "it takes several threads")
LENT = Treatment(
    "compiled", "but for calls that are refused, and functions that change the state when they lend"
)
IN_PIECES = Treatment(
    "compiled", "but for laws with a step that may not be made, or fields of records that are cut"
)
LASTS = Treatment(
    "compiled",
    "but for room that is lent, and what pointers in such memory lead to",
)
HELD = Treatment("compiled", "but for laws, and for what is there as long as the array that has it")
UNTIL = Treatment(
    "compiled", "for handles, and memory that calls leave; how long memory lasts that is passed, `run` judges"
)
NUMBERS = Treatment(
    "compiled", "of numbers that are passed alone; of pointers for which another is none, `run` judges"
)
NOWHERE = Treatment("run", "a target knows no other pointer than NULL for none")
OTHER = Treatment("compiled", "for a target that loads two libraries")
WANT = Treatment("compiled", "but for calls that destroy a handle, and in laws")
EXPECTED = Treatment("run", "the arguments are a seed; what is expected of exactly these `run` judges")

FIRST = Treatment("run", "`run` tries these inputs before it makes up others")
STEPS = Treatment(
    "compiled",
    "but for limits of what a step leaves or calls back with, `errno`, allocations, `last_error` and `shown_by`",
)
SET_UP = Treatment("compiled", "but for calls that make handles")

TOLD = Treatment(
    "compiled",
    "but for parameters of a law's step that are pointers of which another one tells what they lead to",
)

POSITION = Treatment("compiled", "where the callback that reads is never NULL")
WRITTEN_FILE = Treatment(
    "compiled", "but for laws about the file of what a handle keeps from an earlier step"
)
RECORDS_PASSED = Treatment("run", "records one behind the other are passed by `run` alone")
PACKED = Treatment("compiled", "where a call leaves them, but for callbacks, and between two libraries")
IN_ORDER = Treatment(
    "compiled", "but along a handle that a callback reaches through another one, and in arrays"
)

TELLING = Treatment("compiled", "where it is a number, or a text that nobody frees")

PARENT = Treatment("compiled", "but where it may be NULL, and the handle was created without one then")
_PLACE: Mapping[str, Treatment] = {
    **dict.fromkeys(("range", "one_of", "flags", "length", "capacity", "nullable", "handle"), COMPILED),
    "shared": Treatment("run", "accesses are trapped in a worker"),
    "secret": Treatment("run", "a worker's gate and allocator look at memory that is nobody's any more"),
    "may_overlap": Treatment("compiled", "of memory for the call, without pointers in it"),
    "in_place": Treatment(
        "compiled", "of memory for the call, without pointers in it; one handle for several parameters, `run` gives"
    ),
    "encoding": COMPILED, "max": COMPILED, "like": COMPILED,
    **dict.fromkeys(("align", "to", "in", "out", "inout", "free", "alloc", "user_data"), COMPILED),
    "on_failure": Treatment("compiled", "but for a handle in whose place the call may put another"),
    "on_success": COMPILED, "status": COMPILED,
    "of": Treatment("compiled", "for arrays that are passed; of what others may hold, `run` judges it"),
    "ended_by": COMPILED,
    "records": PACKED,
    "fields": COMPILED,
    "nul_terminated": COMPILED, "opaque": COMPILED,
    "from": Treatment("compiled", "for functions that are given numbers besides"),
    "initially": Treatment("compiled", "for one object; arrays `run` makes"),
    "lends": LASTS,
    "end_of": COMPILED,
    "within": Treatment("compiled", "but for where pointers lead in records and arrays that a call leaves"),
    "generate": SOME, "lifetime": COMPILED, "until": UNTIL, "into": COMPILED, "parent": PARENT,
    "unlink": Treatment("compiled", "of what is the caller's; what is a part of another handle `run` gives it"),
    "owner": COMPILED,
    "misaligned": COMPILED, "callback": COMPILED,
    "variant": TOLD,
    "window": Treatment("compiled", "each call of a sequence is given a new one, where `run` goes on in the old"),
    "summary": NO_CALL,
}  # fmt: skip
GIVEN = Treatment("compiled", "of what is passed; of what a call leaves, `run` judges it")
PASSED = Treatment("compiled", "for arrays that are passed, and lists of texts or numbers in callbacks")
ONE_FOR_ALL = Treatment("compiled", "where one number is for all of them")
OF_TAGS = Treatment(
    "compiled", "but for limits of what a call leaves there, and for parameters of a law's step"
)
_BEHIND: Mapping[str, Treatment] = {
    **_PLACE, "owner": COMPILED, "free": COMPILED, "lifetime": LASTS,
    **dict.fromkeys(("to", "length", "nullable", "max"), COMPILED),
    "encoding": Treatment("compiled", "for windows; of what a call leaves, `run` judges it"),
}  # fmt: skip
CLAUSES: Mapping[str, Mapping[str, Treatment]] = {
    "TypePromise": {
        "summary": NO_CALL, "layout": NO_CALL, "guarded_by": NO_CALL, "fields": COMPILED, "enum": COMPILED,
        "invariants": Treatment("compiled", "but for what callbacks are given, and handles in the caller's memory"),
        "generate": SOME, "variant": TOLD,
    },
    "VariantPromise": {
        **dict.fromkeys(("tag", "union", "otherwise"), COMPILED), "members": TOLD,
        "pointer": Treatment("compiled", "but for limits of what a call leaves there: only promises look at that"),
    },
    "VariantTarget": dict.fromkeys(
        ("to", "length", "capacity", "nullable", "encoding", "like", "max", "range", "one_of", "flags"), OF_TAGS
    ),
    "LastError": dict.fromkeys(("call", "is", "ok", "errors"), TELLING),
    "FieldPromise": {
        **_PLACE, "read_only": COMPILED,
        **dict.fromkeys(("nullable", "align"), GIVEN),
    },
    "TargetPromise": _BEHIND,
    "Lending": dict.fromkeys(("lifetime", "until"), LASTS),
    "RecordRun": {**dict.fromkeys(("to", "size", "align"), PACKED), "count": RECORDS_PASSED},
    "Element": {
        **dict.fromkeys(("to", "nullable", "encoding", "like", "max"), PASSED),
        **dict.fromkeys(("length", "capacity"), ONE_FOR_ALL),
        **dict.fromkeys(("handle", "lifetime", "until"), HELD),
        **dict.fromkeys(("owner", "free"), COMPILED),
    },
    "HandlePromise": {
        **dict.fromkeys(("type", "create", "prepare", "parent", "zeroed", "created_with"), COMPILED),
        "destroy": Treatment("compiled", "but for what takes a number that `create` was given"),
        "summary": NO_CALL, "concurrent": THREADS, "explore": NO_CALL, "states": COMPILED, "counts": COMPILED,
        "transitions": COMPILED,
        "references": COMPILED, "invalid": NUMBERS, "size": COMPILED,
        **dict.fromkeys(("at_most", "locks", "locks_all_but"), COMPILED),
    },
    "SetupPromise": dict.fromkeys(("calls", "around"), SET_UP),
    "StatePromise": {"summary": NO_CALL, "only": COMPILED, "shown_by": COMPILED},
    "CounterPromise": {"summary": NO_CALL, "most": COMPILED, "shown_by": COMPILED},
    "TransitionPromise": {
        **dict.fromkeys(("from", "to", "once", "while", "counts", "copies", "resets"), COMPILED),
        "of": Treatment("compiled", "for what one was made from, where whatever makes one is given that"),
    },
    "References": dict.fromkeys(("acquire", "release"), COMPILED),
    "FunctionPromise": {
        **dict.fromkeys(("function", "prototype", "inline", "params", "returns", "requires", "ensures"), COMPILED),
        **dict.fromkeys(("rejects", "examples"), COMPILED),
        "may_fail": WANT,
        "summary": NO_CALL, "effects": COMPILED, "may": COMPILED, "cost": TIME, "explore": NO_CALL,
        "model": CODE,
    },
    "Param": _PLACE,
    "Returns": {
        **_PLACE, "capacity": LENT, "filled": LENT,
        "lifetime": LASTS, "errno": COMPILED, "status": COMPILED, "bool": COMPILED, "enum": COMPILED,
        "owned_when": COMPILED, "owned_unless": COMPILED, "invalid": NOWHERE,
        "last_error": TELLING,
    },
    "Status": dict.fromkeys(("ok", "errors", "field", "call", "is"), COMPILED),
    "MayFail": {"memory": WANT},
    "FailureAnswer": {"returns": WANT},
    "RejectedCall": {
        "when": Treatment("compiled", "but for what a call keeps that is refused, and handles that it replaces"),
        **dict.fromkeys(("returns", "ensures", "to"), COMPILED),
    },
    "ExampleCall": {"arguments": COMPILED, "returns": EXPECTED},
    "Law": {
        "split": IN_PIECES, "same": IN_PIECES, "summary": NO_CALL,
        **dict.fromkeys(("given", "requires", "ensures"), COMPILED),
        "steps": STEPS, "examples": FIRST,
    },
    "LawExample": {"given": FIRST},
    "Given": {**_PLACE, "history": COMPILED},
    "Callback": {
        **dict.fromkeys(("calls", "params", "returns", "allocates", "frees", "zeroed", "ensures"), COMPILED),
        **dict.fromkeys(("lifetime", "threads", "at", "user_data"), COMPILED), "summary": NO_CALL,
        "may_call": Treatment("compiled", "but for what needs a call stub, a text or NULL: only `run` calls that"),
        "order": IN_ORDER,
        **dict.fromkeys(("seeks", "tells"), POSITION), "contents": COMPILED,
        "writes": WRITTEN_FILE, "whole": COMPILED,
        "fails": COMPILED,
        "given": Treatment("run", "a target does not know which callbacks earlier calls were given"),
        "until": Treatment("compiled", "for what one handle keeps, and calls that take back all of it"),
        "in_all": Treatment("compiled", "for handles without references, which no other handle keeps"),
        **dict.fromkeys(("at_most", "compares"), COMPILED),
        "hashes": Treatment("compiled", "with a few of the numbers that it may answer"),
    },
    "CallbackOrder": {
        **dict.fromkeys(
            ("after", "before", "follows", "within", "outside", "ends", "same", "by", "along"), IN_ORDER
        ),
        "first": Treatment("run", "a target does not know which call has given a callback"),
    },
    "FileContents": {**dict.fromkeys(("encoding", "like", "max"), COMPILED), "generate": CODE},
    "FileSeek": dict.fromkeys(("callback", "to", "from", "by", "answers"), POSITION),
    "FileWrite": dict.fromkeys(("data", "file"), WRITTEN_FILE),
    "FileTell": dict.fromkeys(("position", "size", "end", "in"), POSITION),
    "CallbackParam": {
        **dict.fromkeys(_PLACE, COMPILED), "summary": NO_CALL, "printf": COMPILED,
        "records": Treatment("run", "what a callback is given is not looked at record by record"),
        "free": Treatment("compiled", "but for what takes a handle that the call is not given"),
        "variant": COMPILED,
    },
    "Equivalence": {
        **dict.fromkeys(("libraries", "compare", "except", "tolerance", "alike"), OTHER), "allocators": OTHER,
    },
    "Alike": {
        **dict.fromkeys(("absolute", "relative", "ulps", "unordered", "failures", "anywhere"), OTHER),
        "like": Treatment("run", FORM),
    },
    "KnownDifference": {"why": NO_CALL, "when": OTHER, "verdict": NO_CALL, "see": NO_CALL},
    "Cost": {
        **dict.fromkeys(("p50", "p99", "p99_9", "throughput", "threads", "scaling", "no_worse_than"), TIME),
        **dict.fromkeys(("instructions", "allocations", "bytes_allocated"), COUNTED),
    },
    "Throughput": {"rate": TIME, "threads": TIME},
    "Contention": dict.fromkeys(("count", "others", "p50", "p99", "p99_9", "keeps"), TIME),
    "Instructions": dict.fromkeys(("at_most", "accepted", "tolerance"), COUNTED),
    "Scaling": {"over": TIME, "at_most": TIME},
    "Comparison": {
        **dict.fromkeys(("library", "factor", "absolute", "over", "sizes"), TIME),
        "instructions": COUNTED, "contents": TIME,
    },
    "Explore": {"seconds": NO_CALL},
    "Model": {"function": CODE, "tolerance": CODE},
}  # fmt: skip
"""By mapping of the language and clause. Mappings that are left out say nothing of a call."""

_LISTS = frozenset({"requires", "ensures", "invariants", "effects", "may"})
WORDS: Mapping[str, Treatment] = {
    "pure": Treatment(
        "compiled",
        "for functions that return a number, without handles, callbacks and out parameters; `run` judges the others",
    ),
    "errno_unchanged": COMPILED, "no_alloc": COMPILED,
    "async_signal_safe": Treatment("compiled", "as far as heap memory goes"),
    "no_syscall": STATE, "fp_env_unchanged": STATE, "signal_mask_unchanged": STATE,
    "no_unwind": Treatment("run", "an exception that leaves the call ends the target as any other death does"),
    "thread_safe": THREADS, "reentrant": THREADS, "memory": COMPILED,
}  # fmt: skip
"""By word of `effects` and `may`. What else a function `may` do is about the process."""


def treatment(record: type[Clauses], clause: Clause) -> Treatment:
    """Return how a clause of the language is treated where nothing in a contract is against it."""
    return CLAUSES.get(record.__name__, {}).get(clause.key, NO_CALL)


def explain(boundary: Boundary) -> tuple[ExplainedClause, ...]:
    """Return every clause of a contract that says something of a call, in the order of its lines."""
    contract = boundary.contract
    left = emit(boundary).left
    whole = {each.subject: each for each in left if each.span == boundary.span_of(each.subject)}
    found = [
        each
        for part in ("types", "handles", "functions", "laws")
        for name, record in getattr(contract, part).items()
        for each in _explained(record, f"{part}.{name}", left, whole.get(name))
    ]
    found += [ExplainedClause(f"may.{name}", name.span, _word(name)) for name in contract.may]
    if contract.equivalence is not None:
        found += _explained(contract.equivalence, "equivalence", left, None)
    found += [
        ExplainedClause(f"functions.{each.subject}", span, Treatment("run", each.reason))
        for each in left
        if each.span is None and (span := boundary.span_of(each.subject)) is not None
    ]
    found = [each for each in found if each.treatment.how]
    return tuple(sorted(found, key=lambda each: (str(each.span.path), each.span.line, each.span.column)))


def _explained(
    record: Clauses, path: str, left: tuple[Left, ...], whole: Left | None
) -> Iterator[ExplainedClause]:
    for clause in table(type(record)).values():
        value, inner = getattr(record, clause.attribute), f"{path}.{clause.key}"
        if not clause.rest and not record.says(clause.key):
            continue
        if isinstance(value, Clauses):
            yield from _explained(value, inner, left, whole)
            continue
        parts = _parts(value)
        if parts and all(isinstance(part, Clauses) for _, part in parts):
            for name, part in parts:
                if isinstance(part, Clauses):
                    yield from _explained(part, f"{inner}{name}", left, whole)
            continue
        usual = treatment(type(record), clause)
        for name, part in _places(parts, record, clause):
            span = part.span if isinstance(part, Expression | Name) else record.key_span(clause.key)
            own = _word(part) if isinstance(part, Name) and clause.key in {"effects", "may"} else usual
            yield ExplainedClause(
                f"{inner}{name}", span, _in_contract(own, record, clause, part, left, whole)
            )


def _parts(value: object) -> list[tuple[str, object]]:
    """Return what a mapping or a list holds, with how it is written behind the name of the whole."""
    if isinstance(value, Mapping):
        return [(f".{name}", part) for name, part in value.items()]
    return [(f"[{index}]", part) for index, part in enumerate(value)] if isinstance(value, tuple) else []


def _places(parts: list[tuple[str, object]], record: Clauses, clause: Clause) -> Iterator[tuple[str, object]]:
    """Yield the items of a list of promises, or the clause as a whole."""
    if clause.key in _LISTS and parts:
        yield from parts
    elif not clause.rest or record.places.keys:
        yield "", getattr(record, clause.attribute)


def _in_contract(
    usual: Treatment,
    record: Clauses,
    clause: Clause,
    part: object,
    left: tuple[Left, ...],
    whole: Left | None,
) -> Treatment:
    if usual.how != "compiled":
        return usual
    if whole is not None:
        return Treatment("run", f"`{whole.subject}` is not compiled: {whole.reason}")
    spans = [part.span] if isinstance(part, Expression) else []
    spans += [record.value_span(clause.key)] if record.says(clause.key) else [record.span]
    for each in left:
        if each.span is not None and any(_within(each.span, span) for span in spans[:1]):
            return Treatment("run", each.reason)
    return usual


def _within(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _word(name: Name) -> Treatment:
    return WORDS.get(name.text, STATE)


_SAID: Mapping[How, str] = {
    "compiled": "compiled",
    "run": "stays with `run`",
    "python": "needs Python",
    "": "",
}


def as_words(treatment: Treatment) -> str:
    """Return how a clause is treated, and why."""
    return f"{_SAID[treatment.how]}: {treatment.reason}" if treatment.reason else _SAID[treatment.how]


def as_text(clauses: tuple[ExplainedClause, ...], look: Style) -> str:
    """Return a line for each clause, and how many are compiled."""
    width = max((len(each.path) for each in clauses), default=0)
    lines: list[str] = []
    file = None
    for each in clauses:
        if each.span.path != file:
            file = each.span.path
            lines.append(look.paint(look.path(file), Color.STRONG))
        lines.append(f"{each.span.line:>6}  {each.path:<{width}}  {as_words(each.treatment)}")
    compiled = sum(each.treatment.how == "compiled" for each in clauses)
    return "\n".join([*lines, "", f"{count(len(clauses), 'clause')}, {compiled} of them compiled"]) + "\n"


def as_object(clauses: tuple[ExplainedClause, ...]) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [
        {
            "clause": each.path,
            "file": str(each.span.path),
            "line": each.span.line,
            "treatment": each.treatment.how,
            "reason": each.treatment.reason,
        }
        for each in clauses
    ]
