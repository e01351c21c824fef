"""From a header to a draft: what is its own, each function by the rules, and what nobody can guess."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.draft.documentation.header import HeaderDocumentation
from abidance.draft.documented_names import by_documented_names
from abidance.draft.handle_pairs import changing_what_is_walked, find_handles
from abidance.draft.handles_by_value import find_handles_by_value
from abidance.draft.harm import obstacle
from abidance.draft.model import (
    Certainty,
    Draft,
    FunctionDraft,
    GuessEvidence,
    HandleDraft,
    LeftOut,
    PlaceDraft,
    Rank,
    gap,
    guessed,
    sure,
)
from abidance.draft.objects_elsewhere import made_elsewhere
from abidance.draft.reference_counts import reference_adder
from abidance.draft.rules import RESULT, RULES
from abidance.draft.static_handles import with_static_handles
from abidance.draft.views import FunctionView, HeaderView
from abidance.header import read_header
from abidance.header.own import Own, is_shared
from abidance.ir.spelling import spell
from abidance.ir.tables import declared_in, matching

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.model import Guess
    from abidance.draft.source import DraftSource


_LEAST = 3
"""Letters of a prefix."""
_SHOWN = 5
"""Names of functions in a note."""


def draft(source: DraftSource, functions: Collection[str] | None = None) -> Draft:
    """Return a draft of the header's contract, or of those `functions` alone, with the handles that they use.

    Nothing is run but the compiler. Raises UsageError for a header that cannot be read.
    """
    return draft_of(view_of(source), functions)


def draft_of(header: HeaderView, functions: Collection[str] | None = None) -> Draft:
    """Return the draft of a header that was read already."""
    header = exported_only(header)
    whole = assembled(header, function_drafts(header))
    if functions is None:
        return whole
    drafts = tuple(each for each in whole.functions if each.name in functions)
    used = {str(guess.value) for each in drafts for guess in each.every_guess()}
    return replace(
        whole, functions=drafts, handles=tuple(each for each in whole.handles if each.name in used)
    )


def exported_only(header: HeaderView) -> HeaderView:
    """Return the header without functions that the library does not have, and with the handles of the others."""
    known = header.declarations.functions
    there: list[str] = []
    missing: list[str] = []
    for name in header.functions:
        function = known[name]
        (there if function.inline or header.source.exported(function.symbol) else missing).append(name)
    header = replace(header, functions=tuple(there), missing=tuple(missing))
    found = find_handles(header)
    by_value = {key: (facts,) for key, facts in find_handles_by_value(header).items() if key not in found}
    return replace(header, handles={**found, **by_value})


def function_drafts(header: HeaderView) -> dict[str, FunctionDraft]:
    """Return what the rules say of each function."""
    return {name: draft_function(header.view(name)) for name in header.functions}


def assembled(
    header: HeaderView, drafts: Mapping[str, FunctionDraft], barred: Mapping[str, str] | None = None
) -> Draft:
    """Return the draft of a contract with these functions; those that are `barred` are left out, with the reason."""
    source = header.source
    questions = {name: LeftOut(GuessEvidence(Rank.TYPE, why)) for name, why in (barred or {}).items()}
    changed = {
        name: replace(each, left_out=questions[name]) if name in questions else each
        for name, each in drafts.items()
    }
    header, changed = with_static_handles(header, _without_unprepared(header, changed))
    changed = _without_uncreated(header, changed)
    prefix, select = _belonging(header)
    return Draft(
        source.header,
        source.boundary or (source.own or source.header).stem,
        source.include_dirs,
        source.defines,
        prefix,
        source.libraries,
        types=source.seen.types() if source.seen is not None else (),
        handles=tuple(_handles(header, changed)),
        uncreated=tuple(_uncreated_handles(header, changed)),
        functions=tuple(changed.values()),
        select=select,
        notes=(*_missing(header.missing), *(source.seen.notes() if source.seen is not None else ())),
    )


def _belonging(header: HeaderView) -> tuple[str, tuple[str, ...]]:
    """Return the prefix of what belongs to the boundary, or its functions where others have names like theirs."""
    source, names = header.source, header.functions
    if source.prefix or source.own is None or not names:
        return source.prefix or "", ()
    shared = _shared_beginning(names)
    known = header.declarations.functions
    apart = len(shared) >= _LEAST and len(matching(known, lambda name: name.startswith(shared))) == len(names)
    return (shared, ()) if apart else ("", names)


def _shared_beginning(names: Sequence[str]) -> str:
    """Return what all of some names begin with."""
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _missing(functions: Sequence[str]) -> Iterator[str]:
    if functions:
        shown = ", ".join(functions[:_SHOWN]) + (", ..." if len(functions) > _SHOWN else "")
        yield f"Not exported by the library, and left out: {shown} ({len(functions)})."


def view_of(source: DraftSource) -> HeaderView:
    """Return the header as rules see it; raises UsageError when it cannot be read."""
    path = source.header.absolute()
    declarations = read_header(
        path, include_dirs=source.include_dirs, defines=source.defines, compiler=source.compiler
    )
    gathered = Own(path, source.include_dirs)
    declarations = by_documented_names(declarations, gathered.has)
    header = HeaderView(source, declarations, ())
    # What the header itself declares; one that only includes others stands for all of its project's.
    own = with_functions(header, declared_in(declarations.functions, str(source.own or path).__eq__))
    if own.functions:
        return own
    project = with_functions(header, declared_in(declarations.functions, _project_of(path, source)))
    if project.functions:
        return project
    # A header of the caller's own may do no more than include what a library needs several headers for.
    return with_functions(header, declared_in(declarations.functions, gathered.has))


def _project_of(path: Path, source: DraftSource) -> Callable[[str], bool]:
    """Return what tells the files of a header's project; one with folders of its own has no file elsewhere."""
    own = Own(path, source.include_dirs)
    if is_shared(path.parent):
        return own.has
    folders = (path.parent, *(each.absolute() for each in source.include_dirs))
    return lambda file: own.has(file) and any(Path(file).is_relative_to(each) for each in folders)


def with_functions(header: HeaderView, names: Iterable[str]) -> HeaderView:
    """Return the header with these functions for its own, of which those count that have the prefix."""
    prefix = header.source.prefix or ""
    named = tuple(dict.fromkeys(n for n in names if n.startswith(prefix) and not n.startswith("__builtin_")))
    known = header.declarations.functions
    path = header.source.own or header.source.header
    documentation = HeaderDocumentation({name: known[name] for name in named}, path.name)
    return replace(header, functions=named, documentation=documentation)


def exported_beside(header: HeaderView, exports: Collection[str]) -> tuple[str, ...]:
    """Return the functions that a library exports and other headers of the same project declare.

    Their names begin with the prefix that is asked for, as `check` counts what belongs to the boundary. Without one,
    and where those of the header itself have names that begin alike, so have these: it may include others for types.
    """
    known = header.declarations.functions
    shared = header.source.prefix or ""
    if not shared and header.functions:
        alike = _shared_beginning(header.functions)
        shared = alike if len(alike) >= _LEAST else ""
    path = header.source.header.absolute()
    own = Own(path, header.source.include_dirs)
    return tuple(
        name
        for name in matching(known, exports.__contains__)
        if name.startswith(shared) and own.has(known[name].span.path)
    )


def draft_function(view: FunctionView) -> FunctionDraft:
    """Return what the rules say of one function, and whether it can be called at all."""
    function, declarations = view.function, view.header.declarations
    places = {
        name: PlaceDraft(name, spell(parameter.type, name, declarations))
        for name, parameter in view.parameters.items()
    }
    if not view.header.is_void(function.returns):
        places[RESULT] = PlaceDraft(RESULT, spell(function.returns, "", declarations))
    own: list[Guess] = []
    for rule in RULES:
        for name, guess in rule(view):
            if name:
                places[name] = places[name].strengthened([guess])
            else:
                own.append(guess)
    if (seen := view.header.source.seen) is not None:
        seen.take_in(function.name, places, own)
    result = places.pop(RESULT, None)
    sized = _mentioned(places.values())
    params = tuple(_settled(view, place, sized, result) for place in places.values())
    listed = ", ".join(place.spelling for place in params) + (", ..." if function.variadic else "")
    declaration = spell(function.returns, f"{function.name}({listed or 'void'})", declarations)
    drafted = FunctionDraft(function.name, function.span, declaration, params, result, tuple(own))
    return replace(drafted, left_out=obstacle(view) or _harm_seen(view) or _open_question(view, drafted))


def _harm_seen(view: FunctionView) -> LeftOut | None:
    seen = view.header.source.seen
    return None if seen is None else seen.left_out(view.name)


def _mentioned(places: Iterable[PlaceDraft]) -> set[str]:
    """Return the parameters that are lengths, capacities or user data of others: they need nothing of their own."""
    found: set[str] = set()
    for place in places:
        for guess in place.guesses:
            if guess.clause in ("length", "capacity", "user_data"):
                found.update(re.findall(r"\w+", str(guess.value)))
    return found


def _settled(view: FunctionView, place: PlaceDraft, sized: set[str], result: PlaceDraft | None) -> PlaceDraft:
    """Return a parameter without what it does not need, and with what follows from the whole function."""
    parameter = view.parameters[place.name]
    guesses = place.guesses
    if place.name in sized:
        counted = view.header.target(parameter.type) is not None
        documented = (Rank.COMMENT, Rank.MANUAL, Rank.ATTRIBUTE)
        guesses = tuple(g for g in guesses if counted or g.evidence.rank in documented)
    what, nullable, size = place.what, place.get("nullable"), place.get("length") or place.get("capacity")
    if (
        nullable is not None
        and nullable.value is True
        and size is not None
        and str(size.value).isidentifier()
    ):
        # NULL with a size of more than 0 is rarely what documentation has in mind.
        empty = replace(nullable, value=f"{size.value} == 0")
        guesses = tuple(empty if each is nullable else each for each in guesses)
    if place.get("capacity") is not None and (result is None or result.get("status") is None):
        # Only after a success is what is reported the length of what is there.
        guesses = tuple(g for g in guesses if g.clause != "length" or g.evidence.rank is not Rank.NAME)
    unknown = what is None or (what.certainty is Certainty.GAP and what.value is None)
    if unknown and nullable is not None and nullable.value is True and view.header.target(parameter.type):
        # Documented to be optional: calls can be made without it, whatever it would point to.
        question = gap("nullable", True, f"what `{place.name}` points to where it is not NULL")
        guesses = tuple(question if each is nullable else each for each in guesses if each is not what)
    returned = view.header.target(view.function.returns) is not None
    failing = returned or (result is not None and result.get("status") is not None)
    if (
        failing
        and what is not None
        and what.clause == "out"
        and what.value not in ("bytes", "array", "string")
        and place.get("status") is None
    ):
        guesses = (
            *guesses,
            sure("on_failure", "unspecified", Rank.CAUTION, "nothing is said of failed calls"),
        )
    return replace(place, guesses=guesses)


def _open_question(view: FunctionView, function: FunctionDraft) -> LeftOut | None:
    """Return the question that has to be answered before the function can be called."""
    taken = {str(g.value) for place in function.params for g in place.guesses if g.clause == "user_data"}
    for place in function.params:
        target = view.header.target(view.parameters[place.name].type)
        for guess in place.gaps:
            if guess.value is None:
                return LeftOut(guess.evidence)
        nullable = place.get("nullable")
        known = place.what is not None or place.name in taken or (nullable is not None and nullable.value)
        if target is not None and not known:
            question = made_elsewhere(view, target) or f"what `{place.name}` points to"
            return LeftOut(GuessEvidence(Rank.CAUTION, question))
        leads = view.header.record_heads.get(view.header.record_key(target) or "")
        if leads is not None and place.what is not None and place.what.clause in ("in", "out", "inout"):
            question = f"how much lies behind the record at `{place.name}`, where `{leads}` leads"
            return LeftOut(GuessEvidence(Rank.LIBRARY, question))
    return None


def _without_uncreated(header: HeaderView, drafts: dict[str, FunctionDraft]) -> dict[str, FunctionDraft]:
    """Leave out what takes a handle that no function that is called creates, one after the other."""
    every = {facts.name: facts for each in header.handles.values() for facts in each}
    lacking = dict(every)
    while True:
        made = [
            name
            for name, facts in lacking.items()
            if any(
                each in drafts
                and drafts[each].left_out is None
                and not _uncreated(drafts[each], lacking, drafts)
                for each in facts.creators
            )
        ]
        if not made:
            break
        lacking = {name: facts for name, facts in lacking.items() if name not in made}
    questions = {
        name: _uncreated(each, lacking, drafts) for name, each in drafts.items() if each.left_out is None
    }
    return drafts | {
        name: replace(drafts[name], left_out=LeftOut(GuessEvidence(Rank.CAUTION, question)))
        for name, question in questions.items()
        if question
    }


def _without_unprepared(header: HeaderView, drafts: dict[str, FunctionDraft]) -> dict[str, FunctionDraft]:
    """Leave out what takes a handle that a function makes ready which is left out itself."""
    changed = dict(drafts)
    facts = {each.name: each for several in header.handles.values() for each in several}
    for name, ready in header.readiness.items():
        if not ready.prepare or drafts[ready.prepare].left_out is None:
            continue
        question = f"what makes a new `{name}` ready: `{ready.prepare}` is left out as well"
        for function in drafts.values():
            takes = any(
                p.what is not None and (p.what.clause, p.what.value) == ("handle", name)
                for p in function.params
            )
            if takes and function.left_out is None and function.name != facts[name].destroyer:
                left = LeftOut(GuessEvidence(Rank.CAUTION, question))
                changed[function.name] = replace(function, left_out=left)
    return changed


def _uncreated(
    function: FunctionDraft, lacking: Mapping[str, HandleFacts], drafts: Mapping[str, FunctionDraft]
) -> str:
    """Return the question how a handle comes about that a function takes; nothing where one does."""
    for place in function.places:
        what = place.what
        if what is None or what.clause != "handle":
            continue
        facts = lacking.get(str(what.value))
        if facts is None or (function.name in facts.creators and (place.name == RESULT or facts.own_memory)):
            continue
        return f"how a `{facts.name}` comes about: {_left_out_as_well(facts, drafts)}"
    return ""


def _left_out_as_well(facts: HandleFacts, drafts: Mapping[str, FunctionDraft]) -> str:
    """Return which functions make the first one: what copies a handle is given one."""

    def copies(name: str) -> bool:
        return any(
            each.get("handle") and each.what.value == facts.name for each in drafts[name].params if each.what
        )

    names = [f"`{each}`" for each in facts.creators if each in drafts and not copies(each)] or [
        f"`{facts.creators[0]}`"
    ]
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} left out as well"


def _uncreated_handles(header: HeaderView, drafts: Mapping[str, FunctionDraft]) -> Iterator[HandleDraft]:
    """Yield the handles of which every creator is left out, with what would be drafted for them."""
    for each in header.handles.values():
        for facts in each:
            creators = tuple(name for name in facts.creators if name in drafts)
            if creators and all(drafts[name].left_out is not None for name in creators):
                guesses = [guessed("create", creators if len(creators) > 1 else creators[0], Rank.NAME, "")]
                if facts.destroyer:
                    guesses.append(guessed("destroy", facts.destroyer, Rank.NAME, ""))
                if facts.name != facts.type_name:
                    guesses.insert(0, sure("type", facts.type_name, Rank.TYPE, ""))
                first = header.declarations.functions[creators[0]]
                yield HandleDraft(facts.name, first.span, tuple(guesses))


def _why_made(header: HeaderView, facts: HandleFacts, creators: Sequence[str]) -> str:
    """Return why these functions are taken for those that make a handle."""
    if not facts.borrowed:
        return "its type and name"
    given = (header.view(name).parameters for name in creators)
    return "nothing begins or ends one" if all(given) else "the library has one"


def _handles(header: HeaderView, drafts: Mapping[str, FunctionDraft]) -> Iterator[HandleDraft]:
    for each in header.handles.values():
        for facts in each:
            creators = tuple(n for n in facts.creators if n in drafts and drafts[n].left_out is None)
            if not creators:
                continue
            why = _why_made(header, facts, creators)
            several = len(creators) > 1 and not facts.borrowed
            guesses = [guessed("create", creators if several else creators[0], Rank.NAME, why)]
            ready = header.readiness.get(facts.name)
            if ready is not None and ready.prepare and drafts[ready.prepare].left_out is None:
                others = list(header.view(ready.prepare).parameters)[1:]
                call = {ready.prepare: dict.fromkeys(others, 0)}
                guesses.append(guessed("prepare", (call,), Rank.NAME, ready.why))
            if facts.destroyer and drafts[facts.destroyer].left_out is None:
                adds = reference_adder(header, facts)
                if adds is not None and adds in drafts and drafts[adds].left_out is None:
                    counted = {"acquire": adds, "release": facts.destroyer}
                    guesses.append(guessed("references", counted, Rank.NAME, "their type and names"))
                else:
                    guesses.append(guessed("destroy", facts.destroyer, Rank.NAME, "its type and name"))
            called = [name for name, draft in drafts.items() if draft.left_out is None]
            changing = changing_what_is_walked(header, facts, called)
            if changing:
                guesses.append(guessed("locks", changing, Rank.NAME, "a place in what these may change"))
            if facts.name != facts.type_name:
                guesses.insert(0, sure("type", facts.type_name, Rank.TYPE, "its type"))
            first = header.declarations.functions[creators[0]]
            made = HandleDraft(facts.name, first.span, tuple(guesses))
            seen = header.source.seen
            yield made if seen is None else seen.handle(made)
