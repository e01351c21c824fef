"""Handles: types that functions create and end, found by their types, with the pairs of both."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import freed_with
from abidance.draft.reference_counts import REFERENCES, gives_back_one_of_several
from abidance.header.name_words import (
    CREATES,
    DESTROYS,
    ENDS,
    actions_of,
    borrows,
    creates,
    destroys,
    words_of,
)
from abidance.header.own import Own
from abidance.ir.tables import declared_in
from abidance.ir.types import Array, FunctionType, RecordRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.types import Type

_STARTS = frozenset(("init", "initialize", "setup", "construct", "ctor"))
_SEVERAL = frozenset(("array", "vec", "vector", "list", "table"))
ALLOCATES = (
    "malloc",
    "calloc",
    "realloc",
    "reallocarray",
    "aligned_alloc",
    "posix_memalign",
    "strdup",
    "mmap",
    "_Znwm",
)
_BEHIND = 100
"""What takes the object itself comes before all that is passed a pointer to it."""
_DOCUMENTED = 0
"""What the documentation of a creator names is as sure to end it as the surest name."""
_EMPTIES = frozenset(("clear", "done", "reset"))
"""Words of functions after which a handle that the library has allocated is still there."""
_PLACES = frozenset(("iter", "iterator", "cursor", "walker", "enumerator"))
"""Words of handles that are a place in another, which a change of that other may end."""


@dataclass(frozen=True, slots=True)
class HandleFacts:
    """A handle. `creators` and `destroyer` are functions; `own_memory` tells that the caller has the record.

    `stem` is what the names of its functions begin with, where several handles are of one type. A `borrowed` one is
    part of another, and its creators are the functions that return it.
    """

    name: str
    key: str
    type_name: str
    opaque: bool
    creators: tuple[str, ...]
    destroyer: str | None
    own_memory: bool = False
    stem: str = ""
    throws: bool = False
    borrowed: bool = False


def find_handles(header: HeaderView) -> dict[str, tuple[HandleFacts, ...]]:
    """Return the handles of a header by the key of their record."""
    made: dict[str, list[str]] = defaultdict(list)
    ended: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    begun: dict[str, list[str]] = defaultdict(list)
    put: dict[str, list[str]] = defaultdict(list)
    shown: dict[str, list[str]] = defaultdict(list)
    used: dict[str, str] = {}
    throwing: set[str] = set()
    for name in header.functions:
        view = header.view(name)
        for met, spelling in _uses(view):
            used.setdefault(met, spelling)
        result = header.target(view.function.returns)
        returned = header.record_key(result)
        if result is not None and returned and not header.is_const(result):
            used.setdefault(returned, header.type_name(result))
            if REFERENCES.isdisjoint(words_of(name)) and (
                (creates(name) and not _may_return_what_it_fills(view, returned))
                or view.returns_new is not None
                or not (borrows(name) or returned in view.taken or _takes_another(view))
            ):
                made[returned].append(name)
        for stored, opaque in _stored(view):
            (put if opaque else shown)[stored].append(name)
        first = next(iter(view.parameters.values()), None)
        target = header.target(first.type) if first else None
        rank = destroys(name)
        if first is not None and target is not None and rank is not None:
            inner = header.target(target)
            if header.record_key(inner) is not None and _is_one(view, first.name, target):
                target, rank = inner, rank + _BEHIND
        key = header.record_key(target)
        if target is None or key is None:
            continue
        if rank is not None and (not header.is_const(target) or _frees_const(view)):
            ended[key].append((len(view.parameters), rank, name))
        elif _begins(words_of(name)) and not header.is_const(target):
            begun[key].append(name)
        if "jmp_buf" in header.type_name(view.function.returns) or any("jmp" in w for w in words_of(name)):
            throwing.add(key)
    for key, names in made.items():
        if ended[key] and all(key in header.view(name).taken for name in names):
            made[key] += _allocating(header, key)
    for key, storing in shown.items():
        # What is stored of a record that everybody sees may be one of the caller's, unless another function ends it.
        if any(count == 1 and rank < _BEHIND for count, rank, _ in ended[key]):
            put[key] += storing
    for key, storing in put.items():
        # Where others return a new one, a pointer to a pointer is as likely to one that is there.
        if not any(creates(name) for name in made[key]):
            made[key] += storing
    for key, names in made.items():
        documented = {name: None for maker in names for name in _documented_ends(header, key, maker)}
        known = {name for *_, name in ended[key]}
        ended[key] += [(1, _DOCUMENTED, name) for name in documented if name not in known]
    used |= _arrays_of_one(header, used)
    used |= {key: name for key, name in header.references.items() if key in used}
    found = {
        key: facts
        for key, spelling in used.items()
        if (facts := tuple(_facts(header, key, spelling, made, ended, begun, key in throwing)))
    }
    managed = {key for key, names in begun.items() if names} | throwing | _ended_somewhere(header)
    return found | _borrowed(header, found, managed)


def _documented_ends(header: HeaderView, key: str, maker: str) -> Iterator[str]:
    """Yield the functions that end what a function makes, by its documentation: each is given one and nothing else."""
    for text in header.view(maker).documentation:
        said = freed_with(f"{text.returns} {text.prose}", header.functions)
        if said is not None:
            view = header.view(said[0])
            targets = [target for _, _, target in view.pointers()]
            if len(view.parameters) == 1 and [header.record_key(each) for each in targets] == [key]:
                yield said[0]


def _allocating(header: HeaderView, key: str) -> list[str]:
    """Return what makes a record by its code alone: it is given another, and neither name nor comment says that.

    So `trie_root` begins the walks that `trie_state_clone` copies and `trie_state_free` ends: a copy needs a first one.
    """
    calls = header.source.calls
    found = []
    for view in map(header.view, header.functions):
        result = header.target(view.function.returns)
        new = result is not None and not header.is_const(result) and header.record_key(result) == key
        counts = not REFERENCES.isdisjoint(words_of(view.name))
        if new and not counts and key not in view.taken and calls.known:
            found += [view.name] if calls.leading_to(view.function.symbol, ALLOCATES) else []
    return found


def _arrays_of_one(header: HeaderView, keys: Collection[str]) -> dict[str, str]:
    """Return the types of the caller's objects that are arrays of one record, `mpz_t`, by the keys of the records."""
    known = header.declarations.typedefs
    own = Own(header.source.header.absolute(), header.source.include_dirs)
    found: dict[str, str] = {}
    for name in declared_in(known, own.has):
        array = header.declarations.resolve(known[name].type)
        key = header.record_key(array.of) if isinstance(array, Array) and array.count == 1 else None
        if key is not None and key in keys:
            found.setdefault(key, name)
    return found


def _may_return_what_it_fills(view: FunctionView, key: str) -> bool:
    """Tell whether a function may copy one into another, as `strcpy` does: that may be what it returns."""
    given = [target for _, _, target in view.pointers() if view.header.record_key(target) == key]
    return len(given) > 1 and not all(map(view.header.is_const, given))


def _frees_const(view: FunctionView) -> bool:
    """Tell whether a function frees the one object that it is given, which is `const` to those who read it alone."""
    calls = view.header.source.calls
    return (
        view.header.is_void(view.function.returns)
        and len(view.parameters) == 1
        and bool(_frees_itself(view.name))
        and (not calls.known or bool(calls.leading_to(view.function.symbol, ("free", "munmap"))))
    )


def changing_what_is_walked(header: HeaderView, facts: HandleFacts, called: Iterable[str]) -> tuple[str, ...]:
    """Return the functions that may change what an iterator is a place in, and that are not given the iterator."""
    if _PLACES.isdisjoint(words_of(facts.name)):
        return ()
    walked = {key for name in facts.creators for key in _handles_given(header.view(name))} - {facts.key}
    ends = {each.destroyer for key in walked for each in header.handles[key]}
    return tuple(
        name
        for name in called
        if name not in ends
        and name not in facts.creators
        and facts.key not in (given := _handles_given(header.view(name)))
        and any(key in walked and not constant for key, constant in given.items())
    )


def _handles_given(view: FunctionView) -> dict[str, bool]:
    """Return the handles that a function is given, by the keys of their records, and whether all are const there."""
    given: dict[str, bool] = {}
    for _, _, target in view.pointers():
        made = view.handle_of(target)
        if made is not None:
            given[made.key] = given.get(made.key, True) and view.header.is_const(target)
    return given


def _is_one(view: FunctionView, name: str, target: Type) -> bool:
    """Tell whether what ends an object is passed where the caller has it, to leave NULL there, and not several."""
    words = {*words_of(view.name), *words_of(name)}
    return not view.header.is_const(target) and _SEVERAL.isdisjoint(words) and not name.endswith("s")


def _ended_somewhere(header: HeaderView) -> set[str]:
    """Return the keys of records that a function ends, be it one of another header."""
    targets = (
        header.target(function.parameters[0].type)
        for name, function in header.declarations.functions.items()
        if function.parameters and destroys(name) is not None
    )
    return {key for to in targets if to and not header.is_const(to) and (key := header.record_key(to))}


def _borrowed(
    header: HeaderView, known: dict[str, tuple[HandleFacts, ...]], managed: set[str]
) -> dict[str, tuple[HandleFacts, ...]]:
    """Return the handles that are parts of others: returned by what is given one, and taken by other functions.

    Nothing of the header begins or ends one by itself.
    """
    owners = {key for key, several in known.items() if any(each.creators for each in several)}
    returning: dict[str, list[str]] = defaultdict(list)
    taken: dict[str, str] = {}
    for name in header.functions:
        view = header.view(name)
        for _, _, target in view.pointers():
            if key := header.record_key(target):
                taken.setdefault(key, header.references.get(key) or header.type_name(target))
        returned = header.record_key(header.target(view.function.returns))
        if returned and not creates(name):
            returning[returned].append(name)
    found: dict[str, tuple[HandleFacts, ...]] = {}
    while True:
        fresh = {
            key: givers
            for key, names in returning.items()
            if key in taken
            and key not in owners | managed
            and not _may_be_callers(header, key, owners)
            and (givers := [name for name in names if not owners.isdisjoint(header.view(name).taken)])
        }
        if not fresh:
            return found
        for key, givers in fresh.items():
            first = sorted((_simplicity(header, key, name), name) for name in givers)
            found[key] = (
                HandleFacts(
                    _plain(taken[key]),
                    key,
                    taken[key],
                    header.is_opaque(RecordRef(key)),
                    tuple(name for _, name in first),
                    None,
                    borrowed=True,
                ),
            )
        owners |= fresh.keys()


def _may_be_callers(header: HeaderView, key: str, owners: set[str]) -> bool:
    """Tell whether a caller could make such a record: it is another header's, or nothing in it links it to others.

    A node leads to nodes, or to what it is a part of. What leads to bytes alone is as often filled in by the caller.
    """
    record = header.declarations.records.get(key)
    if record is None or record.fields is None or key in header.references:
        return False
    own = Own(header.source.header.absolute(), header.source.include_dirs)
    links = {header.record_key(header.target(each.type)) for each in record.fields}
    return not own.has(record.span.path) or links.isdisjoint({key, *owners})


def _facts(
    header: HeaderView,
    key: str,
    spelling: str,
    made: dict[str, list[str]],
    ended: dict[str, list[tuple[int, int, str]]],
    begun: dict[str, list[str]],
    throws: bool,
) -> Iterator[HandleFacts]:
    opaque = header.is_opaque(RecordRef(key))
    known = {word for name in (*made[key], *begun[key], spelling) for word in words_of(name)}
    # `mpg123_meta_free` ends what is in one that `mpg123_new` makes and `mpg123_delete` ends.
    alone = sorted(
        (each for each in ended[key] if each[0] == 1),
        key=lambda each: (
            sum(word not in known and word not in DESTROYS for word in words_of(each[2])),
            each,
        ),
    )
    creators = tuple(sorted(made[key], key=lambda name: _simplicity(header, key, name)))
    ends = [name for *_, name in alone if _EMPTIES.isdisjoint(words_of(name))]
    ends += [name for *_, name in alone if "done" in words_of(name) and _undoes(name, creators)]
    destroyer = next(
        (name for name in ends if gives_back_one_of_several(header, key, name)), next(iter(ends), None)
    )
    if opaque or (creators and destroyer):
        yield HandleFacts(_plain(spelling), key, spelling, opaque, creators, destroyer, throws=throws)
        return
    nothing_to_end = header.is_plain_data(RecordRef(key)) or _asks_for_no_memory(header, key)
    if begun[key] and not alone and _is_only_given(header, key, begun[key]):
        return
    if begun[key] and not alone and nothing_to_end:
        starts = tuple(sorted(begun[key], key=lambda name: _simplicity(header, key, name)))
        yield HandleFacts(
            _plain(spelling), key, spelling, opaque, starts, None, own_memory=True, throws=throws
        )
        return
    if any(count > 1 and _frees_itself(name) for count, _, name in ended[key]):
        return  # its record is the library's to free, and by more than the record alone
    pairs = [(start, end) for start in begun[key] if (end := _partner(start, [name for *_, name in alone]))]
    stems = {_common(start, end) for start, end in pairs}
    for stem in sorted(stems):
        starts = tuple(
            sorted(
                (
                    start
                    for start, end in pairs
                    if start.lower().startswith(stem) and end.lower().startswith(stem)
                ),
                key=lambda name: _simplicity(header, key, name),
            )
        )
        end = next(end for _, end in pairs if end.lower().startswith(stem))
        name = _plain(spelling) if len(stems) == 1 else stem.strip("_")
        yield HandleFacts(
            name,
            key,
            spelling,
            opaque,
            starts,
            end,
            own_memory=True,
            stem=stem if len(stems) > 1 else "",
            throws=throws,
        )


def _asks_for_no_memory(header: HeaderView, key: str) -> bool:
    """Tell whether the code of no function that is given such a record leads to memory that would have to be freed."""
    calls = header.source.calls
    takers = [name for name in header.functions if key in header.view(name).taken]
    return calls.known and not any(calls.leading_to(header.symbol(name), ALLOCATES) for name in takers)


def _is_only_given(header: HeaderView, key: str, begun: list[str]) -> bool:
    """Tell whether a record has functions of the caller's, and what takes it only begins: they are read there."""
    record = header.declarations.records.get(key)
    pointers = (header.target(each.type) for each in (record.fields if record else None) or ())
    if not any(isinstance(each, FunctionType) for each in pointers):
        return False
    return all(name in begun for name in header.functions if key in header.view(name).taken)


def _begins(words: tuple[str, ...]) -> bool:
    """Tell whether these are the words of a function that makes one record of the caller's usable, not several."""
    return not _STARTS.isdisjoint(words) and _SEVERAL.isdisjoint(words)


def _plain(spelling: str) -> str:
    """Return the name of a handle: that of its type, which has to be one word where clauses name it."""
    return spelling.rpartition(" ")[2]


def _partner(start: str, ends: list[str]) -> str | None:
    """Return the function whose name has most in common with that of one that begins."""
    common = [(len(_common(start, end)), -_frees_itself(end), end) for end in ends]
    return max(common, default=(0, 0, None))[2]


def _frees_itself(end: str) -> int:
    """Tell how likely a function frees the record that it is given, and not only what is in it."""
    return max((1 for word in words_of(end) if word in ("free", "destroy", "delete")), default=0)


def _common(one: str, other: str) -> str:
    """Return what two names begin with, whatever their case."""
    pairs = zip(one.lower(), other.lower(), strict=False)
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _undoes(end: str, creators: Iterable[str]) -> bool:
    """Tell whether two names differ in what is done alone, as those of `FT_New_Face` and `FT_Done_Face`."""
    of = [word for word in words_of(end) if word not in DESTROYS]
    return any(
        of == [w for w in words_of(each) if w not in CREATES and w not in DESTROYS] for each in creators
    )


def _takes_another(view: FunctionView) -> bool:
    """Tell whether a function is given an object of the library: what it returns may be a part of that."""
    header = view.header
    return any(header.is_opaque(target) for _, _, target in view.pointers())


def _uses(view: FunctionView) -> Iterator[tuple[str, str]]:
    """Yield the records that parameters point to, each with how a contract names it."""
    header = view.header
    for _, _, target in view.pointers():
        inner = header.target(target)
        for each in (target, inner):
            key = header.record_key(each)
            if key and each is not None:
                yield key, header.type_name(each)


def _stored(view: FunctionView) -> Iterator[tuple[str, bool]]:
    """Yield the records of which a function stores a new pointer through a parameter `T **`, and whether one is opaque.

    Of those that are not, its code has to allocate, as far as that is known.
    """
    header, calls = view.header, view.header.source.calls
    if not creates(view.name) or not ENDS.isdisjoint(actions_of(view.name)):
        return
    for name, _, target in view.pointers():
        inner = header.target(target)
        key = header.record_key(inner)
        if key is None or inner is None or header.is_const(inner) or header.is_const(target):
            continue
        opaque = header.is_opaque(inner)
        if opaque or (
            key not in view.taken and (not calls.known or calls.leading_to(view.function.symbol, ALLOCATES))
        ):
            if not name.endswith("s"):  # several, and they are there already
                yield key, opaque
            return


def _simplicity(header: HeaderView, key: str, name: str) -> tuple[bool, int, int, str]:
    """Return what orders the creators of a record: one that copies needs another before it, and comes last."""
    view = header.view(name)
    pointers = sum(1 for _ in view.pointers())
    return (key in view.taken, pointers, len(view.parameters), name)
