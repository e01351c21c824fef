"""The whole target: runtime, tables, one C function for each way of calling a function, and its entries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, makes_itself, moves_handles
from abidance.boundary.model.types import HandleShape
from abidance.checks import CHECKS
from abidance.generate.creation import creations
from abidance.generate.laws import models_of_histories
from abidance.generate.layouts import loose_pointers
from abidance.generate.sequence_model import SequenceModel
from abidance.native.target import input_format as fmt
from abidance.native.target.c_text import Lines, PassedTypes, string, words
from abidance.native.target.callback_accounts import CallbackAccounts
from abidance.native.target.calls import CallCompiler, TargetCall, Variant, has_arrays_of_handles
from abidance.native.target.holdings import until_table
from abidance.native.target.laws import CompiledLaw, LawCompiler
from abidance.native.target.lives import HandleLives, is_handle
from abidance.native.target.reasons import Left, NotCompiledError
from abidance.native.target.setup import set_up_calls, setup_text
from abidance.native.target.symbols import Symbols
from abidance.native.target.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.native.target.input_format import Frame

RUNTIME = (
    "expressions.h",
    "numbers.h",
    "texts.h",
    "input.h",
    "forms.h",
    "memory.h",
    "left.h",
    "heap.h",
    "findings.h",
    "records.h",
    "allocators.h",
    "pieces.h",
    "cuts.h",
    "callbacks.h",
    "user_data.h",
    "written_files.h",
    "shown.h",
    "handles.h",
    "holdings.h",
    "callback_times.h",
    "states.h",
    "orders.h",
    "run.h",
)
_EXPLAINED = tuple(each.code.id for each in CHECKS if not each.by_itself)
"""The codes of checks in the order in which they are asked: what one finds of a call explains what later ones do."""
_INCLUDES = (
    "dirent.h", "dlfcn.h", "errno.h", "limits.h", "malloc.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
    "sys/mman.h", "sys/uio.h", "unistd.h",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What one input is about: a function, or a handle with a sequence of calls. `calls` are chosen by a byte.

    Of a function the first is its valid call, and the others are those that it refuses.
    """

    name: str
    calls: tuple[TargetCall, ...]
    is_sequence: bool
    repeatable: frozenset[str] = frozenset()
    """Functions that may be called many times in a row."""
    law: str = ""
    """The C function that plays a law."""
    given: Frame | None = None
    """What a law is given, where an input has that and what the steps have besides, and nothing before it."""


@dataclass(frozen=True, slots=True)
class CompiledContract:
    """Everything that was compiled of a contract, before it is one text."""

    boundary: Boundary
    entries: tuple[Entry, ...]
    calls: tuple[TargetCall, ...]
    left: tuple[Left, ...]
    tables: Tables
    symbols: Symbols
    types: PassedTypes
    lives: str
    setup: str
    laws: tuple[str, ...]
    prepares: dict[str, tuple[TargetCall, ...]]
    ways: dict[str, tuple[str, ...]]
    """By handle, the functions that bring it from one state to another."""
    makers: dict[str, str]
    """By handle, the function that makes one for another call."""
    histories: dict[str, Entry]
    """By handle, the calls that may come before a law is given it."""
    accounts: CallbackAccounts
    """The orders of callbacks."""

    def entry(self, name: str) -> Entry | None:
        """Return an entry by its name."""
        return next((each for each in self.entries if each.name == name), None)

    def creating(self, handle: str) -> TargetCall | None:
        """Return the call that makes a handle for another call."""
        return self.valid(self.makers.get(handle, self.boundary.handles[handle].create))

    def valid(self, function: str) -> TargetCall | None:
        """Return the valid call of a function; None where it is not compiled."""
        found = (c for c in self.calls if c.variant.function.name == function and not c.variant.written)
        return next((c for c in found if c.variant.is_judged), None)


_ITSELF = NotCompiledError("it is made with itself")
"""Stands for a call while it is compiled."""


class _Builder:
    def __init__(self, boundary: Boundary, *, portable: bool) -> None:
        self.boundary = boundary
        self.tables, self.types = Tables(), PassedTypes()
        self.symbols = Symbols(None if portable else boundary.stubs)
        self.accounts = CallbackAccounts.of(boundary, self.tables)
        self.compiler = CallCompiler(boundary, self.tables, self.symbols, self.types, self.accounts)
        self.valid: dict[str, TargetCall | NotCompiledError] = {}
        self.refused: dict[str, tuple[TargetCall, ...]] = {}
        self.prepares: dict[str, tuple[TargetCall, ...]] = {}
        self.usable: dict[str, bool] = {}
        self.makers: dict[str, str] = {}
        self.calls: list[TargetCall] = []
        self.left: list[Left] = []
        self.histories: dict[str, Entry] = {}
        self.counted = 0
        self.lives = HandleLives(
            boundary, self.tables, self.symbols, self.types, self.valid, self.prepares, self.makers
        )
        self.not_set_up = ""
        self.setup = self._set_up()

    def _set_up(self) -> str:
        """Return what sets the library up; where that is not compiled, nothing is that needs it."""
        setup, compiled = self.boundary.setup, partial(set_up_calls, self.boundary, compiled=self._compiled)
        try:
            before = compiled(setup.calls, once=setup.once)
            after = compiled(self.boundary.teardown, once=False)
        except NotCompiledError as error:
            self.not_set_up = f"`setup` is made in the worker: {error.reason}"
            self.calls.clear()
            before = after = ()
        return setup_text(self.boundary, before, after)

    def call(self, name: str) -> TargetCall | NotCompiledError:
        """Return the valid call of a function, or why there is none."""
        if name not in self.valid:
            self.valid[name] = _ITSELF
            self.valid[name] = self._compiled(Variant(self.boundary.functions[name]))
        return self.valid[name]

    def _compiled(self, variant: Variant) -> TargetCall | NotCompiledError:
        if self.not_set_up:
            return NotCompiledError(self.not_set_up)
        try:
            self.counted += 1
            made = self.compiler.compile(variant, f"abidance_call{self.counted}_{variant.function.name}")
            for handle in dict.fromkeys((*made.takes, *made.makes, *_destroyed(variant))):
                taken = handle in made.takes or handle in _destroyed(variant)
                self.needs(handle, maker=taken and variant.prepares is None)
        except NotCompiledError as error:
            return error
        self.calls.append(made)
        self.left += [left for left in made.left if left not in self.left]
        return made

    def needs(self, handle: str, *, maker: bool) -> None:
        """Compile what makes, prepares and destroys a handle; raises NotCompiledError where that cannot be."""
        life = self.boundary.handles[handle]
        if life.prepares_with_any:
            raise NotCompiledError(f"`prepare` of `{handle}` has values that are generated")
        if handle not in self.usable:
            self.usable[handle] = True
            self.tables.kind(handle)
            prepares = []
            for number, (name, given) in enumerate(life.prepare):
                function = self.boundary.functions[name]
                taken = {m.name for m in function.members if is_handle(m.shape, handle)}
                rest = {key: value for key, value in given.items() if key not in taken}
                made = self._compiled(Variant(function, prepares=number, given=rest))
                if isinstance(made, NotCompiledError):
                    self.usable[handle] = False
                    raise NotCompiledError(f"`{name}` prepares a `{handle}`: {made.reason}")
                prepares.append(made)
            self.prepares[handle] = tuple(prepares)
        if not self.usable[handle]:
            raise NotCompiledError(f"a `{handle}` cannot be made")
        if maker and handle not in self.makers:
            self.makers[handle] = self._maker(life)

    def _maker(self, life: HandleLife) -> str:
        """Return the function that makes a handle for another call: the first that is compiled of those that may."""
        first = self.call(life.create)
        if first is _ITSELF and life.name in makes_itself(self.boundary.functions[life.create]):
            return life.create
        for each in creations(self.boundary, life, ())[0] if first is not _ITSELF else ():
            if isinstance(self.call(each.function.name), TargetCall):
                return each.function.name
        reason = first.reason if isinstance(first, NotCompiledError) else "it cannot be made beforehand"
        raise NotCompiledError(f"`{life.create}` makes a `{life.name}`: {reason}")

    def law(self, law: BoundaryLaw) -> CompiledLaw | NotCompiledError:
        """Return a law in C, or why it is not compiled; then nothing of it stays."""
        calls = len(self.calls)
        try:
            made = LawCompiler(self.boundary, self.tables, law, self._compiled).compile()
            for handle in made.handles:
                self.needs(handle, maker=True)
            for handle in models_of_histories(self.boundary, law):
                self._history(handle)
        except NotCompiledError as error:
            # What makes its handles stays: other calls may be made with it.
            self.calls[calls:] = [each for each in self.calls[calls:] if not each.variant.keeps]
            return error
        self.left += [left for left in made.left if left not in self.left]
        return made

    def _history(self, handle: str) -> None:
        """Compile the calls that come before a law is given a handle; raises NotCompiledError where there are none."""
        if handle not in self.histories:
            entry = _sequence(self, handle)
            if entry is None:
                raise NotCompiledError(f"none of the functions of `{handle}` is compiled")
            calls = tuple(call for call in entry.calls if call.variant.reject is None)
            self.histories[handle] = replace(entry, calls=calls)

    def refusals(self, name: str) -> tuple[TargetCall, ...]:
        """Return the calls of a function that are refused; those that are not compiled are left."""
        if name not in self.refused:
            found = []
            function = self.boundary.functions[name]
            for reject in function.rejects:
                made = self._compiled(Variant(function.as_refused(reject), reject))
                if isinstance(made, NotCompiledError):
                    self.left.append(Left(name, f"{reject.text}: {made.reason}", reject.span))
                else:
                    found.append(made)
            self.refused[name] = tuple(found)
        return self.refused[name]

    def call_ways(self) -> None:
        """Compile the calls that lead handles from state to state, whether or not they are asked for."""
        done: set[str] = set()
        while {*self.tables.kinds} - done:
            for handle in (*(each for each in self.tables.kinds if each not in done),):
                done.add(handle)
                machine = self.boundary.handles[handle].machine
                for name in machine.functions if machine is not None else ():
                    self.call(name)


def compile_boundary(
    boundary: Boundary, names: Iterable[str] | None = None, *, portable: bool = False
) -> CompiledContract:
    """Compile the functions and handles of a boundary, or those of `names`; the rest stays out, with its reason.

    What is `portable` needs no file of this machine, so it has no function that is called through a stub.
    """
    builder = _Builder(boundary, portable=portable)
    wanted = None if names is None else {*names}
    entries = []
    for name, function in boundary.functions.items():
        if function.promise is None or (wanted is not None and name not in wanted):
            continue
        made = builder.call(name)
        if isinstance(made, NotCompiledError):
            builder.left.append(Left(name, made.reason, function.span))
            continue
        entries.append(Entry(name, (made, *builder.refusals(name)), is_sequence=False))
    for name, life in boundary.handles.items():
        if wanted is not None and name not in wanted:
            continue
        entry = _sequence(builder, name)
        if entry is None:
            builder.left.append(Left(name, "none of its functions is compiled", life.span))
        else:
            entries.append(entry)
    laws = []
    for name, law in boundary.laws.items():
        if wanted is not None and name not in wanted:
            continue
        made_law = builder.law(law)
        if isinstance(made_law, NotCompiledError):
            builder.left.append(Left(name, made_law.reason, law.span))
        else:
            laws.append(made_law.text)
            entries.append(Entry(name, (), is_sequence=False, law=made_law.name, given=made_law.given))
    builder.call_ways()
    compiled = {entry.name for entry in entries}
    builder.left += [left for left in builder.accounts.left if left.subject in compiled]
    lives = [builder.lives.text(boundary.handles[handle]) for handle in tuple(builder.tables.kinds)]
    return CompiledContract(
        boundary,
        tuple(entries),
        tuple(builder.calls),
        tuple(builder.left),
        builder.tables,
        builder.symbols,
        builder.types,
        "\n".join(lives),
        builder.setup,
        tuple(laws),
        builder.prepares,
        {
            handle: tuple(call.variant.function.name for call in builder.lives.ways(boundary.handles[handle]))
            for handle in builder.tables.kinds
        },
        builder.makers,
        builder.histories,
        builder.accounts,
    )


def _sequence(builder: _Builder, handle: str) -> Entry | None:
    """Return the entry of a handle: the functions of its sequences, and what they refuse of handles that are alive."""
    model, calls = SequenceModel.of(builder.boundary, handle), list[TargetCall]()
    for role in model.roles:
        made = builder.call(role.function.name)
        if isinstance(made, NotCompiledError):
            left = Left(role.function.name, made.reason, role.function.span)
            if left not in builder.left:
                builder.left.append(left)
            continue
        calls.append(made)
        refused = (*role.refused, *(each.clause for each in role.out_of_order))
        calls += [c for c in builder.refusals(role.function.name) if c.variant.reject in refused]
    makers = {c.variant.function.name for c in calls if handle in c.makes}
    # A compiled call is always made as one of its own.
    repeatable = frozenset(role.function.name for role in model.roles if role.follows_itself)
    return Entry(handle, tuple(calls[:255]), is_sequence=True, repeatable=repeatable) if makers else None


def source(compiled: CompiledContract) -> str:
    """Return the target as one C file."""
    tables = compiled.tables
    kinds = max(len(tables.kinds), 1)
    functions = [call.variant.function for call in compiled.calls]
    holds = any(moves_handles(compiled.boundary, each) or has_arrays_of_handles(each) for each in functions)
    alive = fmt.MOST_HELD if holds else fmt.MOST_ALIVE
    names = (
        "ZERO_FILL", "MENTIONED", "RETURNED", "RETURNED_COUNT", "TEXTS", "REST", "NULL", "ZEROS", "SHORT", "MEDIUM",
        "LONG", "LARGEST", "NEW", "REFUSED", "DENIES", "WANDERS", "MOST_CALLS", "MOST_BEFORE", "MOST_CHOICES",
    )  # fmt: skip
    constants = {
        **{name: getattr(fmt, name) for name in names},
        "KINDS": kinds,
        "CREATED": max((1, *(len(each.created_with) for each in compiled.boundary.handles.values()))),
        "MOST_ALIVE": alive,
        **(compiled.accounts.constants if compiled.accounts.orders else {}),
        "MOST_OF_KIND": alive + _most_of_laws(compiled),
        "CHECKS": len(_EXPLAINED),
    }
    kept = range(len(tables.kinds))
    parts = [
        f"/* The contract `{compiled.boundary.name}` as a fuzz target. Generated by abidance; do not edit. */",
        "#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif",
        *(f"#include <{name}>" for name in _INCLUDES),
        *(f"#define ABIDANCE_{name} {value}" for name, value in constants.items()),
        f"static const char *const abidance_checks[] = {{{', '.join(map(words, _EXPLAINED))}}};",
        f"static const unsigned short abidance_many[] = {{{', '.join(map(str, fmt.TIMES))}}};",
        *(
            f'#pragma GCC diagnostic ignored "-Wunused-{name}"'
            for name in ("function", "variable", "const-variable", "but-set-variable")
        ),
        *(_part(name) for name in RUNTIME if name not in ("orders.h", "run.h")),
        *([_part("orders.h"), compiled.accounts.text] if compiled.accounts.orders else []),
        f"static unsigned abidance_made[{kinds}] __attribute__((unused));",
        f"static unsigned abidance_deep[{kinds}] __attribute__((unused)); /* those that are being made */",
        compiled.symbols.text,
        *compiled.types.declarations,
        *tables.declarations,
        *(f"static int {call.name}(int alone);" for call in compiled.calls),
        _part("run.h"),
        *(f"static int abidance_prepare_{k}(unsigned id);" for k in kept),
        *(f"static unsigned abidance_make_{k}(void);" for k in kept),
        *(f"static int abidance_take_{k}(int how, abidance_order order);" for k in kept),
        *(f"static void *abidance_gone_{k}(void);" for k in kept),
        *(call.text for call in compiled.calls),
        compiled.lives,
        compiled.setup,
        *(f"static void abidance_history_{tables.kind(handle)}(void);" for handle in compiled.histories),
        *compiled.laws,
        _entries(compiled),
        until_table(tables),
        _part("main.h"),
    ]
    return "\n".join(parts) + "\n"


def _most_of_laws(compiled: CompiledContract) -> int:
    """Return how many handles of a kind a law may be given, and its steps leave."""
    found: Counter[tuple[str, str]] = Counter()
    for name in (entry.name for entry in compiled.entries if entry.law):
        law = compiled.boundary.laws[name]
        for _ in range(2 if law.split else 1):
            found.update((name, m.shape.handle) for m in law.members if isinstance(m.shape, HandleShape))
            for step in law.steps:
                left = left_by(compiled.boundary.functions[step.function])
                found.update((name, shape.handle) for _, shape in left)
    return max(found.values(), default=0)


def _part(name: str) -> str:
    """Return a part of the runtime; what callbacks decide by, the worker has as well."""
    own, shared = files("abidance.native.runtime"), files("abidance.watch")
    folder = own if own.joinpath(name).is_file() else shared
    return folder.joinpath(name).read_text(encoding="utf-8")


def _entries(compiled: CompiledContract) -> str:
    """Return what chooses and makes the calls of each entry, and what ends handles."""
    text, table = [], []
    for number, entry in enumerate(compiled.entries):
        text.append(
            _sequence_text(compiled, entry, number)
            if entry.is_sequence
            else f"static void abidance_entry{number}(void) {{ {entry.law}(); }}"
            if entry.law
            else _single_text(entry, number)
        )
        name = string(entry.name.encode())
        table.append(
            f"{{{name}, abidance_entry{number}, {int(entry.is_sequence)}, {loose(compiled, entry)}}}"
        )
    text += [_history_text(compiled, handle, entry) for handle, entry in compiled.histories.items()]
    ends = "\n".join(
        f"    case {k}: return abidance_end_{k}(handle);" for k in range(len(compiled.tables.kinds))
    )
    ended = f"    switch (handle->kind) {{\n{ends}\n    }}\n    return 0;"
    text.append(f"static int abidance_end_handle(abidance_handle *handle)\n{{\n{ended}\n}}\n")
    text.append("static const abidance_entry abidance_entries[] = {" + ", ".join(table) + "};")
    text.append(f"enum {{ ABIDANCE_ENTRIES = {len(table)} }};")
    return "\n".join(text)


def _choice_text(compiled: CompiledContract, entry: Entry) -> str:
    """Return what makes the call of a sequence that `which` says."""
    out = Lines()
    with out.block("switch (which)"):
        for index, call in enumerate(entry.calls):
            made = Counter(compiled.tables.kind(each) for each in call.makes)
            rooms = [f"abidance_has_room({kind}, {count})" for kind, count in made.items()]
            out(f"case {index}: return {' && '.join([*rooms, f'{call.name}(0)'])};")
    return f"{out.text}\n    return 0;"


def _history_text(compiled: CompiledContract, handle: str, entry: Entry) -> str:
    """Return what makes the calls that come before a law is given a handle."""
    kind = compiled.tables.kind(handle)
    return (
        f"static int abidance_before_{kind}(unsigned which)\n{{\n{_choice_text(compiled, entry)}\n}}\n\n"
        f"static void abidance_history_{kind}(void)\n{{\n"
        f"    abidance_go_before(abidance_before_{kind}, {len(entry.calls)});\n}}\n"
    )


def _sequence_text(compiled: CompiledContract, entry: Entry, number: int) -> str:
    """Return what makes a sequence: one call after the other, as the input says."""
    repeatable = ", ".join(
        str(int(call.variant.function.name in entry.repeatable and call.variant.reject is None))
        for call in entry.calls
    )
    play = f"    abidance_play(abidance_entry{number}_call, {len(entry.calls)}, repeatable);"
    return (
        f"static int abidance_entry{number}_call(unsigned which)\n{{\n{_choice_text(compiled, entry)}\n}}\n\n"
        f"static void abidance_entry{number}(void)\n{{\n"
        f"    static const unsigned char repeatable[] = {{{repeatable}}};\n{play}\n}}\n"
    )


def _single_text(entry: Entry, number: int) -> str:
    """Return what makes one call, which may be one that is refused."""
    out, (first, *refused) = Lines(), entry.calls
    if refused:
        out("uint8_t which = abidance_byte();")
        with out.block(
            f"if (which >= ABIDANCE_REFUSED) switch ((which - ABIDANCE_REFUSED) % {len(refused)}u)"
        ):
            for index, call in enumerate(refused):
                out(f"case {index}: {call.name}(1); return;")
    out(f"{first.name}(1);")
    return f"static void abidance_entry{number}(void)\n{{\n{out.text}\n}}\n"


def loose(compiled: CompiledContract, entry: Entry) -> int:
    """Return a hexadecimal 1 for each pointer of an entry's calls that need not be aligned, of at most four."""
    count = loose_pointers(compiled.boundary, [call.variant.function for call in entry.calls])
    return int("1" * count or "0", 16)


def _destroyed(variant: Variant) -> tuple[str, ...]:
    members = variant.function.members
    return tuple(
        m.shape.handle
        for m in members
        if isinstance(m.shape, HandleShape) and variant.on_destroyed and m.name in variant.written
    )
