"""Regular expressions of a contract: matched in linear time, whatever a library returns and however they are written.

Python's own `re` searches by backtracking, for which `(a+)+b` takes ages on a text without a `b`. What is matched here
is a set of states for each character; so only what such sets can tell is a pattern: no backreferences, no lookaround.
Syntax and meaning are those of `re` with `re.ASCII`, for whole texts.
"""

from __future__ import annotations

import importlib
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_STATES = 4096
"""A pattern of more characters, with its counted repetitions written out, is refused."""
_MOST_IN_A_LOOP = 256
_MANY = 16
"""What is repeated more often than this is held to the same as what is repeated without an end."""
_KEPT = 4096
"""So many steps of matching are remembered for each pattern."""
_MOST_PAIRS = 1 << 12
_END = -1
_parser: Any = importlib.import_module("re._parser")  # as Hypothesis reads patterns; there is no public way
_compiler: Any = importlib.import_module("re._compiler")
_UNSUITABLE = {
    "AT": "`^`, `$`, `\\b` and the like have no meaning in it: the whole text is matched",
    "GROUPREF": "it refers back to a group",
    "GROUPREF_EXISTS": "it refers back to a group",
    "ASSERT": "it looks ahead or behind",
    "ASSERT_NOT": "it looks ahead or behind",
    "ATOMIC_GROUP": "it has an atomic group",
    "POSSESSIVE_REPEAT": "it has a possessive repetition",
}
_AMBIGUOUS = "matches some texts in too many ways: what is repeated in it can be read as several repetitions"
_ONE_WAY = "write it so that each text is matched in one way: `a+` for `(a+)+`"
_Part = tuple[list[int], list[int], int]
"""The first and last states of a part, and in how many ways it matches nothing; two stand for more."""
_WITHOUT = "leave that out, or say the rest as a condition: in `requires` for what is passed, in `ensures` for results"


class RegexError(ValueError):
    """Text is no pattern for `like`; the message says why, and `hint` what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(slots=True)
class _Automaton:
    """States and the sets of characters that lead to them. `follow[n]` are those after state n, 0 is the beginning.

    A state occurs twice in `follow` where two ways lead to it. `_END` is the end of the text.
    """

    classes: list[int] = field(default_factory=lambda: [0])
    follow: list[list[int]] = field(default_factory=lambda: [[]])


@dataclass(slots=True)
class Regex:
    """A pattern, compiled. `shortest` and `longest` count characters; `longest` is None without an end.

    Each of `starts` stands for the characters from it to the next.
    """

    text: str
    shortest: int
    longest: int | None
    starts: tuple[int, ...]
    _automaton: _Automaton
    _steps: dict[tuple[frozenset[int], int], frozenset[int]] = field(default_factory=dict)
    _distances: dict[int, int] = field(default_factory=dict)

    def matches(self, text: str) -> bool:
        """Tell whether the whole of a text is of this form."""
        states: frozenset[int] = frozenset((0,))
        for character in text:
            states = self.after(states, bisect_right(self.starts, ord(character)) - 1)
            if not states:
                return False
        return self.accepts(states)

    def accepts(self, states: frozenset[int]) -> bool:
        """Tell whether a text may end where it is in one of these states."""
        return any(_END in self._automaton.follow[state] for state in states)

    def after(self, states: frozenset[int], character: int) -> frozenset[int]:
        """Return the states after one more character, which is given by its number among `starts`."""
        found = self._steps.get((states, character))
        if found is None:
            found = self._after(states, character)
            if len(self._steps) < _KEPT:
                self._steps[states, character] = found
        return found

    def alike(self) -> tuple[tuple[int, ...], ...]:
        """Return the characters that no step in the pattern tells apart, each by its number among `starts`."""
        told: dict[tuple[int, ...], list[int]] = {}
        classes = dict.fromkeys(self._automaton.classes)
        for number in range(len(self.starts)):
            told.setdefault(tuple(bits >> number & 1 for bits in classes), []).append(number)
        return tuple(map(tuple, told.values()))

    def walks(self) -> Iterator[tuple[str, ...]]:
        """Yield short ways through the pattern that together take each step in it: for each place what may stand there.

        What may stand there are the characters that the pattern mentions, and ends of ranges of others.
        """
        follow = self._automaton.follow
        letters = [self._letters(state) for state in range(len(follow))]
        there = _shortest(0, lambda state: [each for each in follow[state] if each != _END])
        before: dict[int, list[int]] = {}
        for state, following in enumerate(follow):
            for each in following:
                before.setdefault(each, []).append(state)
        back = _shortest(_END, lambda state: before.get(state, []))
        for state, following in enumerate(follow):
            for each in dict.fromkeys(following):
                if state in there and each in back:
                    way = [*there[state][1:], *([] if each == _END else [each]), *back[each][-2:0:-1]]
                    yield tuple(letters[one] for one in way)

    def wander(self, choose: Callable[[int], int], length: int) -> Iterator[str]:
        """Yield, for each place of a text of this form, what may stand there; each step is one of `choose(n)`.

        It has so many places, or more or fewer where the form wants that. Nothing is yielded where no text is of it.
        """
        follow, left = self._automaton.follow, self._left()
        state = place = 0
        while state in left:
            onwards = [each for each in follow[state] if each in left]
            if place >= length:
                onwards = [min(onwards, key=left.__getitem__)]
            onwards = [each for each in onwards if each != _END]
            if not onwards:
                return
            state = onwards[choose(len(onwards))]
            place += 1
            yield self._letters(state)

    def _letters(self, state: int) -> str:
        bits = self._automaton.classes[state]
        return "".join(chr(code) for index, code in enumerate(self.starts) if bits >> index & 1)

    def _left(self) -> dict[int, int]:
        """Return how far it is to the end of the text, from the end itself and from all that leads there."""
        if not self._distances:
            before: dict[int, list[int]] = {}
            for state, following in enumerate(self._automaton.follow):
                for each in following if state == 0 or self._automaton.classes[state] else ():
                    before.setdefault(each, []).append(state)
            ways = _shortest(_END, lambda state: before.get(state, []))
            self._distances.update((state, len(way)) for state, way in ways.items())
        return self._distances

    def _after(self, states: frozenset[int], character: int) -> frozenset[int]:
        follow, classes = self._automaton.follow, self._automaton.classes
        reached = {each for state in states for each in follow[state] if each != _END}
        return frozenset(each for each in reached if classes[each] >> character & 1)


def _shortest(first: int, following: Callable[[int], list[int]]) -> dict[int, list[int]]:
    """Return the shortest way from a state to each that it leads to, both ends included."""
    found = {first: [first]}
    waiting = [first]
    for state in waiting:
        for each in following(state):
            if each not in found:
                found[each] = [*found[state], each]
                waiting.append(each)
    return found


@lru_cache(1024)
def regex(text: str) -> Regex:
    """Return a pattern, compiled; raises RegexError."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of what a later Python may read in another way
            re.compile(text, re.ASCII)
            parsed = _parser.parse(text, re.ASCII)
    except (re.error, OverflowError) as error:
        raise RegexError(f"is no regular expression: {error}") from None
    except RecursionError:
        raise RegexError("is nested too deeply") from None
    reader = _Reader(_representatives(parsed))
    try:
        automaton = reader.read(parsed)
    except RecursionError:
        raise RegexError("is nested too deeply") from None
    _refuse_ambiguous(automaton)
    shortest, longest = parsed.getwidth()
    unbounded = longest >= MOST_STATES * 2 or _loops(automaton)
    return Regex(text, shortest, None if unbounded else longest, reader.starts, automaton)


def _representatives(parsed: Any) -> tuple[int, ...]:
    """Return characters of which each stands for all from it to the next: all of ASCII, and the ends of ranges."""
    found = {*range(129)}
    waiting: list[Any] = [parsed]
    while waiting:
        match waiting.pop():
            case int(code):
                found |= {code, min(code + 1, 0x10FFFF)}
            case tuple() | list() | _parser.SubPattern() as several:
                waiting += several
    return tuple(sorted(code for code in found if code <= 0x10FFFF))


class _Reader:
    """Makes an automaton of what `re` has parsed."""

    def __init__(self, starts: tuple[int, ...]) -> None:
        self.starts = starts
        self._letters = [chr(code) for code in starts]
        self._made = _Automaton()
        self._classes: dict[tuple[str, int], int] = {}
        self._state: Any = None
        self._times = 1

    def read(self, parsed: Any) -> _Automaton:
        self._state = parsed.state
        first, last, empty = self._sequence(list(parsed), parsed.state.flags)
        self._join([0], first)
        self._join(last, [_END])
        if empty:
            self._join([0], [_END])
        return self._made

    def _join(self, before: list[int], after: list[int]) -> None:
        for each in before:
            self._made.follow[each] += after

    def _sequence(self, nodes: list[Any], flags: int) -> _Part:
        return self._joined(self._node(node, flags) for node in nodes)

    def _node(self, node: Any, flags: int) -> _Part:
        kind, value = str(node[0]), node[1]
        match kind:
            case "BRANCH":
                ways = [self._sequence(list(branch), flags) for branch in value[1]]
                firsts = [each for way in ways for each in way[0]]
                return firsts, [each for way in ways for each in way[1]], min(sum(way[2] for way in ways), 2)
            case "SUBPATTERN":
                return self._sequence(list(value[3]), (flags | value[1]) & ~value[2])
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(value[0], value[1], value[2], flags)
            case "LITERAL" | "NOT_LITERAL" | "IN" | "ANY" | "CATEGORY":
                self._made.classes.append(self._class(node, flags))
                self._made.follow.append([])
                if len(self._made.classes) > MOST_STATES:
                    message = f"is of more than {MOST_STATES} characters, with its repetitions written out"
                    raise RegexError(message, "repeat less, or without an end: `a*` for `a{0,99999}`")
                state = len(self._made.classes) - 1
                return [state], [state], 0
        raise RegexError(f"cannot be matched: {_UNSUITABLE.get(kind, f'it has {kind}')}", _WITHOUT)

    def _repeat(self, least: int, most: Any, body: Any, flags: int) -> _Part:
        nodes = list(body)
        endless = most == _parser.MAXREPEAT
        if not endless:
            if most == 0:
                return [], [], 1
            self._times *= int(most)
            if self._times > _MANY:
                self._refuse_ambiguous_body(body, flags)
            parts = self._counted(least, int(most), nodes, flags)
            self._times //= int(most)
            return self._joined(parts)
        parts = [self._sequence(nodes, flags) for _ in range(least)]
        begins, ends, nothing = self._sequence(nodes, flags) if least == 0 else parts.pop()
        self._join(ends, begins)
        parts.append((begins, ends, 1 if least == 0 or nothing else 0))
        return self._joined(parts)

    def _counted(self, least: int, most: int, nodes: list[Any], flags: int) -> list[_Part]:
        parts = [self._sequence(nodes, flags) for _ in range(least)]
        # `a{0,3}` is `(a(aa?)?)?`, which matches a text in one way where `a?a?a?` does in several.
        rest: _Part = ([], [], 1)
        for _ in range(most - least):
            begins, ends, _nothing = self._sequence(nodes, flags)
            self._join(ends, rest[0])
            rest = (begins, ends + rest[1], 1)
        return [*parts, rest]

    def _refuse_ambiguous_body(self, body: Any, flags: int) -> None:
        reader = _Reader(self.starts)
        reader._state = self._state
        begins, ends, nothing = reader._sequence(list(body), flags)
        reader._join(ends, begins)
        if nothing:
            raise RegexError(_AMBIGUOUS, _ONE_WAY)
        _refuse_ambiguous(reader._made)

    def _joined(self, parts: Iterable[_Part]) -> _Part:
        """Return one part after the other."""
        first: list[int] = []
        last: list[int] = []
        empty = 1
        for begins, ends, nothing in parts:
            self._join(last, begins)
            first += begins * empty
            last = ends + last * nothing
            empty = min(empty * nothing, 2)
        return first, last, empty

    def _class(self, node: Any, flags: int) -> int:
        """Return which representatives a node matches, a bit for each."""
        key = (repr(node), flags)
        if key not in self._classes:
            one = _compiler.compile(_parser.SubPattern(self._state, [node]), flags)
            bits = sum(1 << index for index, each in enumerate(self._letters) if one.fullmatch(each))
            self._classes[key] = bits
        return self._classes[key]


def _loops(automaton: _Automaton) -> bool:
    return any(component for component in _components(automaton.follow))


def _components(follow: list[list[int]]) -> list[set[int]]:
    """Return the sets of states that lead to each other, those that lead nowhere back left out (Tarjan)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[set[int]] = []
    for root in range(len(follow)):
        work = [(root, 0)] if root not in order else []
        while work:
            state, at = work.pop()
            if at == 0:
                order[state] = low[state] = len(order)
                stack.append(state)
                on_stack.add(state)
            following = follow[state]
            while at < len(following):
                each = following[at]
                at += 1
                if each == _END:
                    continue
                if each not in order:
                    work += [(state, at), (each, 0)]
                    break
                if each in on_stack:
                    low[state] = min(low[state], order[each])
            else:
                if low[state] == order[state]:
                    component: set[int] = set()
                    while state not in component:
                        component.add(stack.pop())
                    on_stack -= component
                    if len(component) > 1 or state in follow[state]:
                        found.append(component)
                if work:
                    before = work[-1][0]
                    low[before] = min(low[before], low[state])
    return found


def _refuse_ambiguous(automaton: _Automaton) -> None:
    """Refuse a pattern that matches some texts in exponentially many ways, which no search by backtracking ends on.

    That is one with a loop through a state on two ways that read the same text (Weber and Seidl, 1991).
    """
    for component in _components(automaton.follow):
        inside = {
            state: [each for each in automaton.follow[state] if each in component] for state in component
        }
        twofold = any(len(each) > len(set(each)) for each in inside.values())
        if twofold or (len(component) <= _MOST_IN_A_LOOP and _meets_itself(automaton, inside)):
            raise RegexError(_AMBIGUOUS, _ONE_WAY)


def _meets_itself(automaton: _Automaton, inside: dict[int, list[int]]) -> bool:
    """Tell whether two different ways from a state back to it read the same text."""
    classes = automaton.classes
    pairs = [
        (one, other) for one in inside for other in inside if one == other or classes[one] & classes[other]
    ]
    number = {pair: index for index, pair in enumerate(pairs)}
    follow = [
        [
            number[a, b]
            for a in inside[one]
            for b in inside[other]
            if (a, b) in number and classes[a] & classes[b]
        ]
        for one, other in pairs
    ]
    return any(
        any(pairs[each][0] == pairs[each][1] for each in component)
        and any(pairs[each][0] != pairs[each][1] for each in component)
        for component in _components(follow)
    )


def includes(outer: Regex, inner: Regex) -> bool | None:
    """Tell whether every text that one pattern matches is matched by another; None where that is not worked out."""
    letters = sorted({*outer.starts, *inner.starts})
    pairs = [
        (bisect_right(inner.starts, letter) - 1, bisect_right(outer.starts, letter) - 1) for letter in letters
    ]
    pairs = list(dict.fromkeys(pairs))
    first = frozenset((0,))
    seen = {(first, first)}
    waiting = [(first, first)]
    while waiting:
        here, there = waiting.pop()
        if inner.accepts(here) and not outer.accepts(there):
            return False
        for one, other in pairs:
            after = (inner.after(here, one), outer.after(there, other))
            if after[0] and after not in seen:
                if len(seen) >= _MOST_PAIRS:
                    return None
                seen.add(after)
                waiting.append(after)
    return True
