"""What is known of libraries by hand, and how guesses of an observation compare with it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from abidance.draft.observation.conclusions import place_guesses
from abidance.draft.observation.facts import Way

HERE = Path(__file__).parent
KINDS = ("direction", "extent", "length written", "NULL", "owner", "freed by", "user data")


@dataclass
class Score:
    """How many guesses of each kind were right and wrong, and how many truths were not guessed. `errors` are words."""

    right: Counter = field(default_factory=Counter)
    wrong: Counter = field(default_factory=Counter)
    missed: Counter = field(default_factory=Counter)
    errors: list = field(default_factory=list)

    def add(self, other):
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.errors += other.errors


def read(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def compare(truth, facts, only=None) -> Score:
    """Compare what was seen with what is true; a guess about which the truth has nothing counts as wrong."""
    score = Score()
    functions = truth["functions"]
    for name in sorted({*(each for each in functions if each[0] != "^"), *facts.functions}):
        if only is not None and name not in only:
            continue
        known = _known(functions, name)
        seen = facts.functions.get(name)
        wanted = dict(_wanted(known))
        found = {} if seen is None else dict(_found(seen, facts.subjects[name]))
        free = set(known.get("unjudged", ()))
        for key in {*wanted, *found}:
            place, kind = key
            if place in free:
                continue
            if key not in found:
                score.missed[kind] += 1
            elif found[key] in wanted.get(key, ()):
                score.right[kind] += 1
            else:
                score.wrong[kind] += 1
                score.errors.append(f"{name} {place}: {kind} {found[key]}, not {wanted.get(key, ('known',))}")
    return score


def _known(functions, name):
    """Return what is known of a function: by its name, or by a pattern that fits it."""
    fitting = (known for each, known in functions.items() if each[0] == "^" and re.search(each, name))
    both = [next(fitting, None) or {}, functions.get(name) or {}]
    null = {place: text for known in both for place, text in (known.get("on_null") or {}).items()}
    return {**both[0], **both[1], "on_null": null}


def _wanted(known):
    for place, text in known.items():
        if place in ("on_null", "gives", "unjudged"):
            continue
        if place == "ends":
            yield ("returns", "freed by"), (text,)
        elif place == "user_data":
            yield ("", "user data"), (text,)
        elif place == "returns":
            owner, _, free = text.partition(" ")
            yield ("returns", "owner"), (owner,)
            if free:
                yield ("returns", "freed by"), (free,)
        else:
            said, _, length = text.partition(" -> ")
            way, _, rest = said.partition(" ")
            yield (place, "direction"), (way,)
            what, _, extent = rest.partition(" ")
            if what in ("bytes", "array"):
                if extent:
                    yield (place, "extent"), (extent,)
            else:
                yield (place, "extent"), ("string",) if what == "string" else ("1",)
            if length:
                yield (place, "length written"), (length,)
    for place, text in (known.get("gives") or {}).items():
        owner, _, free = text.partition(" ")
        yield (place, "owner"), (owner,)
        yield (place, "freed by"), (free,)
    for place, text in (known.get("on_null") or {}).items():
        yield (place, "NULL"), (str(text),)


def _found(seen, subject):
    for each in place_guesses(seen, subject, {}):
        place, guess = each
        if guess.certainty.value == "gap":
            continue
        if guess.clause in tuple(Way):
            yield (place, "direction"), str(guess.clause)
            if guess.value not in ("bytes", "array"):
                yield (place, "extent"), "string" if guess.value == "string" else "1"
        elif guess.clause == "capacity" or (guess.clause == "length" and not _is_out(place, seen)):
            yield (place, "extent"), str(guess.value)
        elif guess.clause == "length":
            yield (place, "length written"), str(guess.value)
        elif guess.clause in ("owner", "free"):
            yield (place, {"owner": "owner", "free": "freed by"}[guess.clause]), str(guess.value)
        elif guess.clause == "user_data":
            yield ("", "user data"), str(guess.value)
    for memory in seen.memories:
        if "." in memory.name and memory.way is not None and memory.read is not None:
            yield (memory.name, "direction"), str(memory.way)
            yield (memory.name, "extent"), "string" if memory.read.string else memory.read.expression
    for null in seen.nulls:
        if null.only_if:
            yield (null.name, "NULL"), f"unless {null.only_if}"
        elif null.same:
            yield (null.name, "NULL"), "lawful"
        elif null.refused:
            yield (null.name, "NULL"), str(null.answer)
        elif null.followed:
            yield (null.name, "NULL"), "followed"
    result = seen.result
    if result is not None and result.through and result.freed_by and not subject_makes_handle(subject):
        yield (result.through, "owner"), "caller"
        yield (result.through, "freed by"), result.freed_by[0]
    if result is not None and result.freed_by and subject_makes_handle(subject):
        yield ("returns", "freed by"), result.freed_by[0]


def subject_makes_handle(subject):
    return bool(subject.returns) or any(memory.handle for memory in subject.memories)


def _is_out(place, seen):
    return any(each.name == place and each.way is Way.OUT for each in seen.memories)
