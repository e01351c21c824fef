"""Everything that is compiled of a contract: one C function for each way of calling a function, entries, and laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import makes_itself
from abidance.boundary.model.types import HandleShape
from abidance.generate.creation import creations
from abidance.generate.laws import models_of_histories
from abidance.generate.sequence_model import SequenceModel
from abidance.native.target.c_text import PassedTypes
from abidance.native.target.callback_accounts import CallbackAccounts
from abidance.native.target.calls import CallCompiler, TargetCall, Variant
from abidance.native.target.laws import CompiledLaw, LawCompiler
from abidance.native.target.lives import HandleLives, is_handle
from abidance.native.target.looked_at_callbacks import givers
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
        self.preceded: set[str] = set()
        """The functions before which those were compiled that give what their promises look at."""
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
        if name not in self.valid and name not in self.preceded:
            self.preceded.add(name)
            for giver in givers(self.boundary, self.boundary.functions[name]):
                self.call(giver.name)
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
        if function.callbacks_own is not None:
            continue  # callbacks alone call it
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
    builder.left += _uncalled(builder) if wanted is None else []
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


def _uncalled(builder: _Builder) -> list[Left]:
    """Return the functions that callbacks alone call, of which none that is compiled does."""
    called = builder.compiler.called_by_callbacks
    return [
        Left(name, "no callback that is compiled calls it", function.span)
        for name, function in builder.boundary.functions.items()
        if function.callbacks_own is not None and function.promise is not None and name not in called
    ]


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


def _destroyed(variant: Variant) -> tuple[str, ...]:
    members = variant.function.members
    return tuple(
        m.shape.handle
        for m in members
        if isinstance(m.shape, HandleShape) and variant.on_destroyed and m.name in variant.written
    )
