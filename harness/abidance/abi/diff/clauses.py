"""What a contract promises and demands, clause by clause."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.diff import budgets
from abidance.abi.diff.canonical_clauses import Words, unsaid
from abidance.abi.diff.conditions import DOMAINS, Conditions, as_condition
from abidance.abi.diff.conditions import LISTED as CONDITIONS
from abidance.abi.diff.formulas import canonical, follows, interval
from abidance.abi.diff.integers import integers
from abidance.abi.facts import HERE, UNKNOWN, Family
from abidance.contract.language.regexes import RegexError, includes, regex
from abidance.ir.types import Qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.abi.diff.canonical_clauses import Said
    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import Unknown
    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type

# Clauses of which there may be several for one subject: each is there or not.
_LISTED = frozenset(
    ("shown_by", "requires", "ensures", "rejects", "effects", "status-ok", "status-error", "invariants")
)
_OF_CONTENTS = DOMAINS | {"like", "encoding"}
"""Clauses about what a pointer leads to, which may go another way than the pointer."""


def clauses(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of what the contract says of subjects that both sides have."""
    if not context.both_know(Family.CONTRACT):
        return
    if context.old.clauses == context.new.clauses:
        return
    words = Words.of(context)
    old, new = _grouped(words.old), _grouped(words.new)
    named = {subject for subject, aspect in new if aspect == "function"}
    roles = _Roles(context, words)
    proofs = _Proofs(context, words)
    for subject, aspect in sorted(old.keys() | new.keys()):
        function = subject.partition("(")[0]
        if aspect == HERE or _is_new(context, function):
            continue  # all that is said of a function that comes or goes is told by that
        if function in named and not any(each == function for each, _ in old):
            continue  # what is said by a new name takes nothing back that was said by others
        before, after = old.get((subject, aspect), []), new.get((subject, aspect), [])
        if aspect == "in_place" and (subject, "may_overlap") in (new if before else old):
            continue  # what may overlap may be in place as well
        if aspect in _LISTED:
            yield from _listed(subject, aspect, (before, after), roles.of(subject, aspect), proofs)
        else:
            yield from _single(subject, aspect, (before, after), roles.of(subject, aspect), proofs)


def _is_new(context: DiffContext, name: str) -> bool:
    return (name in context.old.functions) != (name in context.new.functions)


def _grouped(said: Iterable[Said]) -> dict[tuple[str, str], list[Said]]:
    found: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said:
        found[each.subject, each.aspect].append(each)
    return found


def _listed(
    subject: str, aspect: str, sides: tuple[list[Said], list[Said]], role: frozenset[str], proofs: _Proofs
) -> Iterator[Change]:
    old, new = sides
    before, after = ({canonical(each.words): each for each in side} for side in (old, new))
    for key in sorted(before.keys() ^ after.keys()):
        gone = key in before
        each = before[key] if gone else after[key]
        text = each.clause.text
        # A weaker condition in the place of another asks for nothing new, a stronger one takes nothing back.
        implied = aspect in CONDITIONS and proofs.shown((subject, aspect), each.words, by_new=gone)
        yield Change(
            "clause",
            f"{_means(aspect, role, gone=gone)}-{'removed' if gone else 'added'}",
            subject,
            text if gone else "",
            "" if gone else text,
            role | ({"implied"} if implied else set()),
            of=aspect,
            old_span=each.clause.span if gone else None,
            new_span=None if gone else each.clause.span,
        )


def _single(
    subject: str, aspect: str, sides: tuple[list[Said], list[Said]], role: frozenset[str], proofs: _Proofs
) -> Iterator[Change]:
    old, new = sides
    before, after = (each[0].words if each else "" for each in sides)
    direction = proofs.direction(subject, aspect, before, after) or _direction(aspect, before, after)
    if canonical(before) == canonical(after) or direction == "same":
        return
    default = unsaid(subject, aspect)
    stated = {"stated"} if (default and aspect == "owner") or (before and after) else set()
    yield Change(
        "clause",
        aspect,
        subject,
        old[0].clause.text if old else default,
        new[0].clause.text if new else default,
        role | stated | {direction},
        of=aspect,
        old_span=old[0].clause.span if old else None,
        new_span=new[0].clause.span if new else None,
    )


def _means(aspect: str, role: frozenset[str], *, gone: bool) -> str:
    """Return what an invariant is to callers: a precondition of what they give, a postcondition of what they get.

    Of both, what breaks them: one more to keep, or one less to rely on.
    """
    if aspect != "invariants" or not role & {GIVEN, GOT}:
        return aspect
    if {GIVEN, GOT} <= role:
        return "ensures" if gone else "requires"
    return "requires" if GIVEN in role else "ensures"


class _Proofs:
    """What conditions of one side say of those of the other."""

    def __init__(self, context: DiffContext, words: Words) -> None:
        self._context, self._renamed = context, words.renamed
        self._old, self._new = Conditions(words.old), Conditions(words.new)

    def shown(self, home: tuple[str, str], text: str, *, by_new: bool) -> bool:
        """Tell whether a condition follows from all that one side says of the same values."""
        whole = integers(self._context, home[0], self._renamed.get(home[0], {}))
        return follows(text, (self._new if by_new else self._old).on(home), whole)

    def direction(self, subject: str, aspect: str, old: str, new: str) -> str:
        """Return ``same``, ``wider`` or ``narrower`` for a domain as all conditions leave it, or nothing."""
        if aspect not in DOMAINS:
            return ""
        home = self._new.home_of(subject) if new else self._old.home_of(subject)
        before, after = (as_condition(subject, aspect, each) if each else "True" for each in (old, new))
        kept = bool(after) and self.shown(home, after, by_new=False)
        grown = bool(before) and self.shown(home, before, by_new=True)
        return "same" if kept and grown else "wider" if kept else "narrower" if grown else ""


class _Roles:
    """Which side of the call a subject is on: what callers give, or what they get, or where nothing tells, neither."""

    def __init__(self, context: DiffContext, words: Words) -> None:
        self._ways = [ways(side) for side in (context.sides.old, context.sides.new)]
        said = (*words.old, *words.new)
        self._written = {
            way: {each.subject for each in said if each.aspect == way} for way in ("out", "inout")
        }

    def of(self, subject: str, aspect: str) -> frozenset[str]:
        """Return the side. The numbers that a pointer leads to may go another way than the pointer."""
        place = subject.rstrip("*[]")
        if ")." in place:
            return self._behind(f"{place.partition(').')[0]})")
        if place.endswith("()") or aspect in ("may_fail", "secret", "order"):
            return frozenset((GOT,))
        if place != subject and place.endswith(")"):
            return self._behind(place)
        if aspect in (
            "zeroed",
            "may_overlap",
            "in_place",
            "unlink",
            "at_most",
            "locks",
            "locks_all_but",
            "only",
        ):
            return frozenset((GIVEN,))
        if aspect == "invalid":
            return frozenset((GOT,))
        if subject.endswith(")"):
            if aspect in _OF_CONTENTS and subject in self._written["inout"]:
                return frozenset((GIVEN, GOT))
            return frozenset((GOT if aspect in _OF_CONTENTS and subject in self._written["out"] else GIVEN,))
        record = subject.partition(".")[0]
        # A contract may leave out the word before a tag, where no typedef has the name.
        names = (record, f"struct {record}", f"union {record}")
        found = (side[name] for side in self._ways for name in names if name in side)
        return frozenset().union(*found) or frozenset(("type",))

    def _behind(self, place: str) -> frozenset[str]:
        """Return the side of what lies behind the pointers that a parameter points at, which goes as they do."""
        if place in self._written["out"] or place.endswith("()"):
            return frozenset((GOT,))
        return frozenset((GIVEN, GOT) if place in self._written["inout"] else (GIVEN,))


def _direction(aspect: str, old: str, new: str) -> str:
    """Return ``wider`` when more values are valid than before, ``narrower`` when fewer, or ``changed``."""
    if aspect in DOMAINS:
        if not old:
            return "narrower"
        if not new:
            return "wider"
        before, after = _allowed(aspect, old), _allowed(aspect, new)
        if before is not None and after is not None:
            if before == after:
                return "same"
            if _includes(after, before):
                return "wider"
            if _includes(before, after):
                return "narrower"
        return "changed"
    if aspect.startswith(budgets.PREFIX):
        return budgets.direction(old, new)
    if aspect in ("may_overlap", "in_place"):
        return "changed" if old and new else "wider" if new else "narrower"
    if aspect == "parent":
        return "changed" if old and new else "narrower" if new else "wider"
    if aspect == "may_fail":
        return "changed" if new else "narrower"  # callers may know the answer from other failures
    if aspect == "like":
        return _form_direction(old, new)
    if aspect == "encoding":
        return _encoding_direction(old, new)
    if aspect == "nullable":
        order = {"": 0, "false": 0, "False": 0, "true": 2, "True": 2}
        a, b = order.get(old, 1), order.get(new, 1)
        return "wider" if b > a else "narrower" if b < a else "same" if a != 1 else "changed"
    if (
        aspect == "invalid"
    ):  # more of them are failures that callers miss, fewer are handles that they take for none
        return "wider" if old and new else "changed"
    if aspect == "lifetime":
        order = {"": 0, "call": 0, "static": 2}
        a, b = order.get(old, 1), order.get(new, 1)
        return "longer" if b > a else "shorter" if b < a else "changed"
    if aspect == "until":  # calls that end a lifetime: the more there are, the sooner it ends
        fewer, more = ({*each.strip("[]").replace(" ", "").split(",")} - {""} for each in (old, new))
        return (
            "same"
            if more == fewer
            else "shorter"
            if more > fewer
            else "longer"
            if more < fewer
            else "changed"
        )
    if aspect in ("once", "setup", "while"):
        return "wider" if not new else "changed" if old else "narrower"
    if aspect == "at_most":  # without it, any number
        return "narrower" if not old else "wider" if not new or int(old) < int(new) else "narrower"
    if aspect in ("locks", "locks_all_but", "only"):
        return _of_locks(aspect, *({*each.strip("[]").split(", ")} - {""} for each in (old, new)))
    if aspect == "counts" and not (old and new):  # without it, any number of calls
        return "narrower" if new else "wider"
    if aspect == "counts":
        return _of_counts(_highest(old), _highest(new))
    if aspect == "from":  # without it, every state
        return _of_states(*({*each.strip("[]").split(", ")} if each else None for each in (old, new)))
    if aspect == "enum":
        return "narrower" if new == "closed" else "wider"
    if aspect in ("misaligned", "unlink"):
        return "wider" if new else "narrower"
    if aspect == "order":  # without it, callbacks bear any
        return "wider" if not new else "changed" if old else "narrower"
    if aspect == "read_only" and old and new:  # in other states
        return "changed"
    if aspect in ("zeroed", "secret", "read_only"):  # memory that may hold less
        return "narrower" if new else "wider"
    if aspect == "align":
        a, b = (int(each) if each.isdecimal() else 1 for each in (old, new))
        return "narrower" if b > a else "wider"
    return "changed"


def _form_direction(old: str, new: str) -> str:
    """Return which way the form of contents changed."""
    if not old or not new:
        return "narrower" if new else "wider"
    try:
        before, after = regex(old), regex(new)
    except RegexError:
        return "changed"  # of a contract that another version wrote
    kept, grown = includes(before, after), includes(after, before)
    return "same" if kept and grown else "narrower" if kept else "wider" if grown else "changed"


def _encoding_direction(old: str, new: str) -> str:
    """Return which way an encoding changed: of a string unsaid is utf-8, of bytes that any will do."""
    loose = [each.startswith("mostly ") for each in (old, new)]
    if loose[0] != loose[1]:
        return "wider" if loose[1] else "narrower"
    if "utf-8" in (old, new) and "" in (old, new):
        return "narrower" if new else "wider"
    return "same" if all(loose) else "changed"


def _of_states(old: set[str] | None, new: set[str] | None) -> str:
    """Return how states are others than before in which a call is lawful; None for every state."""
    if new is None or (old is not None and old < new):
        return "wider"
    return "narrower" if old is None or new < old else "changed"


def _highest(text: str) -> dict[str, int] | None:
    """Return how far each number counts, None where the text tells anything else."""
    pairs = [each.split(": ") for each in text.split(", ")]
    if not all(len(pair) == 2 and pair[1].isdecimal() for pair in pairs):
        return None
    return {name: int(most) for name, most in pairs}


def _of_counts(old: dict[str, int] | None, new: dict[str, int] | None) -> str:
    """Return how a handle counts further than before, or less far."""
    if old is None or new is None or old.keys() != new.keys():
        return "changed"
    more, less = (any(a > b for a, b in pairs) for pairs in (
        [(new[n], old[n]) for n in old], [(old[n], new[n]) for n in old]
    ))  # fmt: skip
    return "changed" if more and less else "wider" if more else "narrower"


def _of_locks(aspect: str, old: set[str], new: set[str]) -> str:
    """Return how calls on a handle that others were made from are others than before that are lawful meanwhile."""
    if aspect != "locks" and (not old or not new):
        return "wider" if old else "narrower"
    fewer, more = ("wider", "narrower") if aspect == "locks" else ("narrower", "wider")
    return fewer if new < old else more if old < new else "changed"


def _allowed(aspect: str, text: str) -> tuple[int, int] | frozenset[str] | None:
    if aspect != "range":
        return frozenset(canonical(each.strip()) for each in text.strip("[]").split(","))
    return interval(text)


def _includes(outer: tuple[int, int] | frozenset[str], inner: tuple[int, int] | frozenset[str]) -> bool:
    match outer, inner:
        case frozenset() as more, frozenset() as fewer:
            return fewer <= more
        case (int(low), int(high)), (int(least), int(most)):
            return low <= least and most <= high
        case _:
            return False


GIVEN, GOT = "parameter", "result"
_OF_CLAUSES = {"in": frozenset((GIVEN,)), "out": frozenset((GOT,)), "inout": frozenset((GIVEN, GOT))}
_BOTH = frozenset((GIVEN, GOT))


def ways(side: TypeLookup) -> dict[str, frozenset[str]]:
    """Return, by the name that a contract calls a record, `GIVEN`, `GOT` or both; others are in no signature.

    Clauses go before `const`, and what a record has as a member goes where the record goes.
    """
    found: dict[str, frozenset[str]] = {}
    for key, way in _met(side):
        found[key] = found.get(key, frozenset()) | way
    waiting = list(found)
    while waiting:
        host = waiting.pop()
        record = side.facts.records.get(host)
        fields = record.fields if record is not None else None
        for each in fields if isinstance(fields, tuple) else ():
            member = side.record_of(each.type) or _behind(side, each.type)
            if member is not None and not found[host] <= found.get(member, frozenset()):
                found[member] = found.get(member, frozenset()) | found[host]
                waiting.append(member)
    named = {name: side.record_of(each.type) for name, each in side.facts.typedefs.items()}
    by_typedef = {name: found[key] for name, key in named.items() if key in found}
    return {side.name(key): way for key, way in found.items()} | by_typedef


def _met(side: TypeLookup) -> Iterator[tuple[str, frozenset[str]]]:
    told = {
        each.subject: _OF_CLAUSES[each.aspect] for each in side.facts.clauses if each.aspect in _OF_CLAUSES
    }
    for function in side.facts.functions.values():
        if function.signature is UNKNOWN:
            continue
        key = side.record_of(function.signature.returns) or _behind(side, function.signature.returns)
        if key is not None:
            yield key, frozenset((GOT,))
        for each in function.signature.parameters:
            by_value, behind = side.record_of(each.type), _behind(side, each.type)
            if by_value is not None:
                yield by_value, frozenset((GIVEN,))
            elif behind is not None:
                target = side.pointee(each.type)
                const = isinstance(target, Qualified) and "const" in target.qualifiers
                way = frozenset((GIVEN,)) if const else _BOTH
                yield behind, told.get(f"{function.name}({each.name})", way)


def _behind(side: TypeLookup, type_: Type | Unknown) -> str | None:
    target = side.pointee(type_)
    return None if target is None else side.record_of(target)
