"""From what was seen to the clauses of a draft: guesses with their counts, beside those that names gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.model import (
    Certainty,
    Guess,
    GuessEvidence,
    LeftOut,
    PlaceDraft,
    Rank,
    TypeDraft,
    guessed,
)
from abidance.draft.observation.facts import Way
from abidance.draft.observation.subject import MemoryContent
from abidance.draft.rules import RESULT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from abidance.draft.model import HandleDraft, Value
    from abidance.draft.observation.facts import (
        AccessExtent,
        CallbackFacts,
        FunctionObservation,
        MemoryFacts,
        NullFacts,
        ResultFacts,
    )
    from abidance.draft.observation.observing import LibraryObservation
    from abidance.draft.observation.subject import MemoryArgument, Subject

_ANSWERS, _ENOUGH = 5, 8
_UNITS = {MemoryContent.BYTES: "bytes"}


def take_in(
    seen: FunctionObservation, subject: Subject, places: dict[str, PlaceDraft], own: list[Guess]
) -> None:
    """Put what was seen of a function to what is known of its places, by name, and to its `own` clauses."""
    given = [*place_guesses(seen, subject, places)]
    result = places[RESULT].what if RESULT in places else None
    if result is not None and result.clause == "handle":
        # What ends it is the handle's to say.
        given = [each for each in given if each[0] != RESULT or each[1].clause == "nullable"]
    for memory in seen.memories:
        if memory.name in places and not any(name == memory.name for name, _ in given):
            places[memory.name] = with_hint(places[memory.name], memory)
    for callback in seen.callbacks:
        handle = places[callback.kept].what if callback.kept in places else None
        if handle is not None and handle.clause == "handle" and callback.name in places:
            places[callback.name] = with_lifetime(places[callback.name], callback, f"handle({handle.value})")
    status = places[RESULT].get("status") if RESULT in places else None
    if status is not None and seen.result is not None:
        given += _stored(seen.result, subject)
    for name in dict.fromkeys(name for name, _ in given):
        if name in places:
            places[name] = taken_in(places[name], [guess for each, guess in given if each == name])
    if seen.result is not None and seen.result.answers and RESULT in places:
        places[RESULT] = with_answers(places[RESULT], seen.result.answers)
    if not any(each.clause == "rejects" for each in own):
        lawful = {name for name, each in places.items() if (known := each.get("nullable")) and known.value}
        own += _rejects(seen, subject, lawful)


def place_guesses(
    seen: FunctionObservation, subject: Subject, places: Mapping[str, PlaceDraft]
) -> Iterator[tuple[str, Guess]]:
    """Yield what was seen of a function as clauses, each with the name of its place."""
    for memory, facts in zip(subject.memories, seen.memories, strict=False):
        if memory.content is MemoryContent.RECORD and not _is_described(memory, subject, seen):
            continue
        for guess in memory_guesses(memory, facts):
            yield memory.name, guess
    for null in seen.nulls:
        for guess in null_guesses(null, places.get(null.name)):
            yield null.name, guess
    for callback in seen.callbacks:
        if callback.user_data:
            text = f"passed on in each of {callback.called} calls of it"
            yield callback.name, guessed("user_data", callback.user_data, Rank.OBSERVED, text)
    if seen.result is not None and not seen.result.through:
        for guess in result_guesses(seen.result, subject):
            yield RESULT, guess


def _is_described(record: MemoryArgument, subject: Subject, seen: FunctionObservation) -> bool:
    """Tell whether what the fields of a record point at is known as well: without, nobody can make one."""
    return record.described and len(record_fields(record, subject, seen)) == sum(
        memory.inside is not None and subject.memories[memory.inside] is record for memory in subject.memories
    )


def record_fields(
    record: MemoryArgument, subject: Subject, seen: FunctionObservation
) -> dict[str, tuple[Guess, ...]]:
    """Return what was seen of the memory that fields of a record point at, by field."""
    found = {}
    for memory, facts in zip(subject.memories, seen.memories, strict=False):
        if memory.inside is None or subject.memories[memory.inside] is not record:
            continue
        guesses = tuple(
            replace(
                guess,
                clause="to" if guess.clause in ("in", "out", "inout") else guess.clause,
                value=_in_record(guess.value, record.name),
                evidence=replace(guess.evidence, text=guess.evidence.text.replace(f"{record.name}.", "")),
            )
            for guess in memory_guesses(memory, facts)
        )
        if guesses:
            found[memory.name.partition(".")[2]] = guesses
    return found


def _in_record(value: Value, name: str) -> Value:
    """Return an expression over fields as one that stands inside of the record."""
    return value.replace(f"{name}.", "") if isinstance(value, str) else value


def types_seen(facts: LibraryObservation) -> Iterator[TypeDraft]:
    """Yield the records whose pointers were followed, each as the function showed it that showed most."""
    best: dict[str, tuple[int, TypeDraft]] = {}
    for name, seen in facts.functions.items():
        subject = facts.subjects[name]
        for record in subject.memories:
            fields = record_fields(record, subject, seen) if record.content is MemoryContent.RECORD else {}
            if not fields or not _is_described(record, subject, seen):
                continue
            weight = sum(each.followed for each in seen.memories)
            span = subject.function.span
            places = tuple(PlaceDraft(field, "", guesses) for field, guesses in fields.items())
            if record.type not in best or best[record.type][0] < weight:
                best[record.type] = weight, TypeDraft(record.type, span, (), places)
    yield from (each for _, each in best.values())


def with_hint(place: PlaceDraft, facts: MemoryFacts) -> PlaceDraft:
    """Return the place with what calls have shown beside each question that they have not answered."""
    if facts.frees and facts.frees == facts.calls:
        hint = f"each of {facts.calls} calls freed it"
    elif not facts.followed:
        hint = f"none of {facts.calls} calls followed it" if facts.calls >= _ENOUGH else ""
    else:
        hint = f"calls have {facts.strayed}" if facts.strayed else ""
    if not hint:
        return place
    changed = [
        replace(each, evidence=replace(each.evidence, text=f"{each.evidence.text}; {hint}"))
        if each.certainty is Certainty.GAP
        else each
        for each in place.guesses
    ]
    return replace(place, guesses=tuple(changed))


def with_lifetime(place: PlaceDraft, facts: CallbackFacts, lifetime: str) -> PlaceDraft:
    """Return the place of a callback with how long it is kept, of which its type says nothing."""
    known = place.get("callback")
    if known is None or not isinstance(known.value, Mapping):
        return place
    text = f"{known.evidence.text}; `{facts.later}` called it back"
    made = guessed("callback", {**known.value, "lifetime": lifetime}, known.evidence.rank, text)
    return replace(place, guesses=tuple(made if each is known else each for each in place.guesses))


def _stored(facts: ResultFacts, subject: Subject) -> Iterator[tuple[str, Guess]]:
    """Yield who frees what a pointer that is stored in a parameter points at: only where success is told."""
    memory = next((each for each in subject.memories if each.name == facts.through), None)
    made = facts.new + facts.static + facts.older + facts.argument + facts.unknown
    if memory is None or memory.handle or not facts.freed_by or facts.new < made:
        return
    text = f"new memory in {facts.new} calls; `{facts.freed_by[0]}` freed all of it in {facts.frees}"
    yield memory.name, guessed("out", memory.type, Rank.OBSERVED, f"a pointer is stored there: {text}")
    yield memory.name, guessed("owner", "caller", Rank.OBSERVED, text)
    yield memory.name, guessed("free", facts.freed_by[0], Rank.OBSERVED, text)


def with_answers(place: PlaceDraft, answers: Mapping[int, int]) -> PlaceDraft:
    """Return the draft of a numeric result with which numbers came back.

    What its name says of them is dropped where another came back.
    """
    known = next((each for each in place.guesses if each.clause in ("status", "bool", "one_of")), None)
    if known is None:
        return place
    allowed = {0, 1} if known.clause == "bool" else known.value if known.clause == "one_of" else None
    if isinstance(allowed, set | tuple) and not set(answers) <= {*map(_number, allowed)}:
        if known.evidence.rank <= Rank.OBSERVED:
            return place
        return replace(place, guesses=tuple(each for each in place.guesses if each is not known))
    often = sorted(answers, key=lambda each: -answers[each])[:_ANSWERS]
    shown = ", ".join(f"{each} {answers[each]} times" for each in often)
    more = f" and {len(answers) - _ANSWERS} others" if len(answers) > _ANSWERS else ""
    evidence = replace(known.evidence, text=f"{known.evidence.text}; {shown}{more} when called")
    return _with(place, known, evidence)


def _number(value: object) -> object:
    return int(value) if isinstance(value, bool | int) else value


def _rejects(seen: FunctionObservation, subject: Subject, lawful: Collection[str]) -> Iterator[Guess]:
    refused = [
        each for each in seen.nulls if each.refused and each.answer is not None and each.name not in lawful
    ]
    if not refused:
        return
    answers: list[Value] = [
        {"when": {each.name: None}, "returns": None if subject.returns_pointer else each.answer}
        for each in refused
    ]
    texts = (f"NULL for `{each.name}` was answered so in {each.refused} calls" for each in refused)
    yield guessed("rejects", tuple(answers), Rank.OBSERVED, "; ".join(texts))


def memory_guesses(memory: MemoryArgument, facts: MemoryFacts) -> Iterator[Guess]:
    """Yield what was seen of one memory as clauses."""
    if facts.way is None or memory.content is MemoryContent.POINTERS:
        return
    extent = facts.written if facts.way is Way.OUT else facts.read or facts.written
    if extent is None:
        return
    if facts.way is Way.IN and not memory.const and extent.expression == "1":
        return  # where nothing succeeds, nothing is written: an object that is not const may be
    what: Value
    if extent.string and memory.element > 1:
        return
    if extent.string:
        what = "string"
    elif memory.content is MemoryContent.BYTES:
        what = "string" if facts.terminated and facts.way is Way.OUT else "bytes"
    elif extent.expression == "1":
        what = memory.type
    else:
        what = "array"
    if facts.way is Way.OUT and memory.content is MemoryContent.RECORD and not facts.whole:
        question = f"whether all of it is written, or what has to be there: {_direction(facts)}"
        yield Guess("out", what, Certainty.GAP, GuessEvidence(Rank.OBSERVED, question))
        return
    yield guessed(facts.way.value, what, Rank.OBSERVED, _direction(facts))
    if extent.string or what == memory.type:
        return
    clause = "capacity" if facts.way is Way.OUT else "length"
    value: Value = int(extent.expression) if extent.expression.isdigit() else extent.expression
    yield guessed(clause, value, Rank.OBSERVED, _reach(facts, extent, memory))
    if facts.way is not Way.OUT or what == "string":
        return
    if facts.length:
        text = f"`{facts.length}` was how much of it was written in {facts.length_calls} calls"
        yield guessed("length", facts.length, Rank.OBSERVED, text)
    elif not facts.whole:
        question = f"how much of `{memory.name}` is written: not all of it in each call"
        yield Guess("length", 0, Certainty.GAP, GuessEvidence(Rank.OBSERVED, question))


def _direction(facts: MemoryFacts) -> str:
    match facts.way:
        case Way.IN:
            return f"only read, in {facts.followed} calls"
        case Way.OUT:
            return f"only written, in {facts.followed} calls"
        case _:
            return f"read and written, in {facts.followed} calls"


def _reach(facts: MemoryFacts, extent: AccessExtent, memory: MemoryArgument) -> str:
    done = "written" if facts.way is Way.OUT else "read" if facts.read else "changed"
    unit = _UNITS.get(memory.content, "elements")
    return f"{done} up to `{extent.expression}` {unit} and no further in {extent.calls} calls"


def null_guesses(facts: NullFacts, place: PlaceDraft | None) -> Iterator[Guess]:
    """Yield what NULL did as clauses."""
    if facts.only_if:
        text = f"NULL was followed in {facts.followed} calls, never when `{facts.only_if}`"
        yield guessed("nullable", facts.only_if, Rank.OBSERVED, text)
    elif facts.same:
        yield guessed("nullable", True, Rank.OBSERVED, f"NULL made no other difference in {facts.same} calls")
    elif facts.followed and place is not None and place.get("nullable") is not None:
        yield guessed("nullable", False, Rank.OBSERVED, f"NULL crashed {facts.followed} calls")


def result_guesses(facts: ResultFacts, subject: Subject) -> Iterator[Guess]:
    """Yield what came back as clauses."""
    made = facts.new + facts.static + facts.older + facts.argument + facts.unknown
    if not made:
        return
    if facts.null:
        text = f"NULL in {facts.null} of {facts.null + made} calls"
        yield guessed("nullable", True, Rank.OBSERVED, text)
    if subject.returns or facts.unknown:
        return
    if facts.text == made and subject.returns_string:
        yield guessed("to", "string", Rank.OBSERVED, f"text that ends in a NUL, in {facts.text} calls")
    if facts.new == made and facts.handle:
        text = f"new memory in {facts.new} calls, which goes with `{facts.handle}`"
        yield guessed("owner", "callee", Rank.OBSERVED, text)
    elif facts.new == made and facts.freed_by:
        freer = facts.freed_by[0]
        text = f"new memory in {facts.new} calls; `{freer}` freed all of it in {facts.frees}"
        yield guessed("owner", "caller", Rank.OBSERVED, text)
        yield guessed("free", freer, Rank.OBSERVED, text)
    elif facts.static == made:
        yield guessed("owner", "callee", Rank.OBSERVED, f"static memory in {facts.static} calls")
    elif facts.older + facts.static == made:
        text = f"memory that was there before, in {facts.older + facts.static} calls"
        yield guessed("owner", "callee", Rank.OBSERVED, text)


def taken_in(place: PlaceDraft, guesses: Iterable[Guess]) -> PlaceDraft:
    """Return the place with what was seen; where that agrees with a guess, both are its evidence."""
    given = [*guesses]
    agreed = []
    told: set[str] = set()
    for guess in given:
        known = place.get(guess.clause)
        if known is None or known.certainty is Certainty.GAP:
            agreed.append(guess)
        elif known.value == guess.value:
            # Two clauses often have one reason, which need not be told twice.
            again = known.evidence.text in told
            text = guess.evidence.text if again else f"{known.evidence.text}; {guess.evidence.text}"
            told.add(known.evidence.text)
            place = _with(place, known, replace(known.evidence, text=text))
        elif known.evidence.rank < Rank.OBSERVED:
            text = f"{known.evidence.text}; but when called: {guess.evidence.text}"
            place = _with(place, known, replace(known.evidence, text=text))
        elif guess.value == f"{known.value} + 1":
            # Just one more than is said to be there: what it was meant to be, only a person knows.
            words = f"whether one more is meant: {guess.evidence.text}; {known.evidence.text} suggests `{known.value}`"
            open_ = replace(guess, certainty=Certainty.GAP, evidence=replace(guess.evidence, text=words))
            place = replace(place, guesses=tuple(open_ if each is known else each for each in place.guesses))
        else:
            words = f"{guess.evidence.text}; not `{known.value}`, as {known.evidence.text} suggests"
            agreed.append(replace(guess, evidence=replace(guess.evidence, text=words)))
    return place.strengthened(agreed)


def _with(place: PlaceDraft, known: Guess, evidence: GuessEvidence) -> PlaceDraft:
    changed = replace(known, evidence=evidence)
    return replace(place, guesses=tuple(changed if each is known else each for each in place.guesses))


def handle_seen(handle: HandleDraft, facts: LibraryObservation) -> HandleDraft:
    """Return the draft of a handle with what ended those that its creators made."""
    create = handle.get("create")
    if create is None:
        return handle
    names = create.value if isinstance(create.value, tuple) else (create.value,)
    results = [facts.functions[str(n)].result for n in names if str(n) in facts.functions]
    freed = [each.freed_by for each in results if each is not None and each.freed_by]
    if not freed or any(each[0] != freed[0][0] for each in freed):
        return handle
    name, known = freed[0][0], handle.get("destroy")
    trials = sum(each.frees for each in results if each is not None)
    text = f"it freed all that was made, in {trials} calls"
    if known is not None and known.value in {each for names in freed for each in names}:
        changed = replace(known, evidence=replace(known.evidence, text=f"{known.evidence.text}; {text}"))
        return replace(handle, guesses=tuple(changed if g is known else g for g in handle.guesses))
    if known is not None and known.evidence.rank < Rank.OBSERVED:
        return handle
    guess = guessed("destroy", name, Rank.OBSERVED, text)
    return replace(handle, guesses=(*(g for g in handle.guesses if g is not known), guess))


def left_out(seen: FunctionObservation, subject: Subject, facts: LibraryObservation) -> LeftOut | None:
    """Return why the contract should not call a function, from what it did; None for most."""
    if seen.harm:
        return LeftOut(GuessEvidence(Rank.OBSERVED, seen.why), harm=True)
    if seen.hung:
        return LeftOut(GuessEvidence(Rank.OBSERVED, f"when it comes back: {seen.why}"))
    freed = next(
        (each for each in seen.memories if each.frees >= _ENOUGH and 2 * each.frees > each.calls), None
    )
    if freed is not None:
        question = f"who owns `{freed.name}` afterwards: {freed.frees} of {freed.calls} calls freed it"
        return LeftOut(GuessEvidence(Rank.OBSERVED, question))
    ends = {
        each.result.freed_by[0] for each in facts.functions.values() if each.result and each.result.freed_by
    }
    if seen.destroys and subject.function.symbol not in ends:
        question = (
            f"what is left of `{seen.destroys}` after it, whose memory was freed in {seen.destroyed} calls"
        )
        return LeftOut(GuessEvidence(Rank.OBSERVED, question))
    return None
