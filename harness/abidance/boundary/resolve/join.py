"""Joining: one contract and its header become one boundary, or one list of everything that is wrong."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.stub_build import StubMaker
from abidance.binding.stub_files import NO_STUBS
from abidance.boundary.model.boundary import Boundary
from abidance.boundary.model.ownership import CALLEE, CALLER
from abidance.boundary.model.types import Direction, ScalarShape
from abidance.boundary.resolve.asked_lengths import AskedLengths, asked_functions
from abidance.boundary.resolve.asked_preconditions import (
    AskedPreconditions,
    check_circles,
    preconditions_ask,
)
from abidance.boundary.resolve.callback_order import join_orders
from abidance.boundary.resolve.callbacks import check_in_all
from abidance.boundary.resolve.calls_within import check_calls_within
from abidance.boundary.resolve.contract_words import words
from abidance.boundary.resolve.created_with import with_numbers_asked
from abidance.boundary.resolve.earlier_callbacks import with_earlier_callbacks
from abidance.boundary.resolve.equivalence import check_equivalence
from abidance.boundary.resolve.find_header import with_header_path
from abidance.boundary.resolve.freeing import (
    LIBC,
    check_freers,
    freers,
    is_libcs,
    libcs_free,
    with_freeing_calls,
)
from abidance.boundary.resolve.functions import FunctionJoiner
from abidance.boundary.resolve.handle_fields import check_fields_of_handles
from abidance.boundary.resolve.handles import join_handles, join_setup
from abidance.boundary.resolve.last_errors import LastErrorReader, tellers
from abidance.boundary.resolve.laws import join_laws
from abidance.boundary.resolve.layout_assertions import layout_mismatches
from abidance.boundary.resolve.lent_room import with_lent_room
from abidance.boundary.resolve.nearest_clauses import is_function
from abidance.boundary.resolve.observers import Observers, observing_functions
from abidance.boundary.resolve.own_parents import with_own_parents
from abidance.boundary.resolve.packed_records import check_records
from abidance.boundary.resolve.problems import Problems
from abidance.boundary.resolve.prototypes import Header, read_with_prototypes, untyped
from abidance.boundary.resolve.refusals import check_refusals
from abidance.boundary.resolve.secrets import check_secrets
from abidance.boundary.resolve.statuses import Statuses
from abidance.boundary.resolve.stubs import with_stubs
from abidance.boundary.resolve.transfers import LIBCS_ALLOC, allocators, check_allocators
from abidance.boundary.resolve.types import Shaper
from abidance.contract.expression.functions import FUNCTIONS
from abidance.contract.expression.sizes import type_of
from abidance.core.catalogue import CONTRADICTS_HEADER, UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.header.layouts import layouts_of
from abidance.ir import types as c
from abidance.ir.layout import AddressConstant
from abidance.ir.references import named_references
from abidance.ir.tables import matching
from abidance.ir.traversal import references
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.ranges import Ranges
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract, FunctionPromise, TypePromise
    from abidance.contract.model.types import HandlePromise
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.toolchain.compiler import Compiler


def join(contract: Contract, *, whole: bool = False, counted: bool = False, stubs: bool = True) -> Boundary:
    """Return the boundary. With `whole`, all that belongs to it by name is probed, not only what the contract names.

    With `counted`, the header's own functions count which of their lines run. Without `stubs`, none are compiled, for
    who only asks whether contract and header agree. Raises UsageError with every disagreement about names and kinds,
    CannotJudgeError without a compiler.
    """
    compiler = find_compiler()
    contract = with_header_path(contract, compiler)
    defines = {name.text: value for name, value in (contract.defines or {}).items()}
    problems = Problems()
    called = [*(contract.functions or {}), *_helpers(contract)]
    header = read_with_prototypes(contract, defines, compiler, problems, called)
    declarations = header.declarations
    contract = without_absent(contract, declarations)
    names = _functions(contract, declarations, problems)
    promises = _types(contract, declarations, problems)
    handles = _handle_types(contract, declarations, problems)
    if whole and (contract.prefix or contract.select):
        names += matching(declarations.functions, lambda n: contract.owns(n) and n not in names)
    used = set(words(contract))
    layouts = _layouts(contract, declarations, names, handles, used, compiler, problems)
    shaper = _shaper(contract, declarations, layouts, promises, handles, used, problems)
    freeing = problems.freers = frozenset(name.text for name in freers(contract))
    joiner = FunctionJoiner(shaper, contract.handles or {}, problems, freeing)
    functions = _join_each(contract, header, names, joiner, whole=whole)
    check_freers(contract, functions, problems)
    check_secrets(functions.values(), problems)
    check_records(functions.values(), problems)
    check_allocators(contract, functions, problems)
    lives = join_handles(contract, functions, shaper, problems)
    functions = {name: with_numbers_asked(function) for name, function in functions.items()}
    check_fields_of_handles(contract, lives, shaper, problems)
    check_refusals(functions.values(), lives, problems)
    functions = {
        name: with_freeing_calls(function, functions, layouts.constants, problems)
        for name, function in with_own_parents(functions, lives).items()
    }
    functions = _with_questions(contract, functions, lives, layouts, problems)
    check_circles(functions, problems)
    functions = with_lent_room(functions, problems)
    check_equivalence(contract, functions, lives, shaper.constants, problems)
    setup, teardown = join_setup(contract, functions, shaper, problems)
    check_calls_within(contract, functions, declarations, problems)
    check_in_all(contract, functions, problems)
    functions = with_earlier_callbacks(functions, declarations, problems)
    callbacks = join_orders(contract, functions, lives, problems)
    laws = join_laws(contract, functions, lives, shaper, problems)
    if not problems.all:
        known = functions.values()
        functions = {name: joiner.written(each, lives, known) for name, each in functions.items()}
        observers = Observers(functions, lives, layouts.constants, problems)
        functions = {name: observers.read_refused(each) for name, each in functions.items()}
    if problems.all:
        raise UsageError(*problems.all)
    mismatches = layout_mismatches(contract, functions, shaper, promises)
    if problems.all:
        raise UsageError(*problems.all)
    maker = StubMaker(declarations, contract.header, compiler, contract.include_dirs, defines, counted)
    compiled = NO_STUBS
    if stubs:
        functions, compiled = with_stubs(functions, shaper.kinds, maker)
    return Boundary(
        name=str(contract.boundary),
        contract=contract,
        declarations=declarations,
        layouts=layouts,
        functions={n: replace(f, mismatches=mismatches.get(n, ())) for n, f in functions.items()},
        handles=lives,
        constants=shaper.constants,
        stubs=compiled,
        laws=laws,
        callbacks=callbacks,
        setup=setup,
        teardown=teardown,
        references=frozenset(named_references(declarations, (f.declaration for f in functions.values()))),
    )


def _shaper(
    contract: Contract,
    declarations: Declarations,
    layouts: Layouts,
    promises: Mapping[str, TypePromise],
    handles: Mapping[str, c.Type],
    used: Collection[str],
    problems: Problems,
) -> Shaper:
    """Return what makes shapes of types, with all that the contract says of these wherever they stand."""
    others = {
        name: None if value == AddressConstant(0) else value
        for name, value in {**layouts.texts, **layouts.values}.items()
        if name in used
    }
    shaper = Shaper(declarations, layouts, promises, problems, handles, others)
    shaper.invalid = _invalid(contract, shaper, problems)
    shaper.created_with = {
        name: tuple(n.text for n in h.created_with) for name, h in contract.handles.items()
    }
    shaper.in_memory = dict(_in_memory(contract, shaper))
    shaper.none_of = _none_of(contract, shaper, problems)
    return shaper


def _join_each(
    contract: Contract,
    header: Header,
    names: Sequence[str],
    joiner: FunctionJoiner,
    *,
    whole: bool,
) -> dict[str, BoundaryFunction]:
    """Return the functions of the contract, each as far as it can be told without the others."""
    declarations = header.declarations
    listed = contract.functions or {}
    functions: dict[str, BoundaryFunction] = {}
    for name in (n for n in names if n in listed or not whole or n in _helpers(contract)):
        functions[name] = joiner.join(
            declarations.functions[name],
            listed.get(name),
            ending=header.endings.get(name),
            is_macro=name in header.macros,
        )
    for freer in freers(contract):
        if is_libcs(freer.text, declarations):
            functions.setdefault(freer.text, libcs_free(freer.span))
    return functions


def _with_questions(
    contract: Contract,
    functions: dict[str, BoundaryFunction],
    lives: Mapping[str, HandleLife],
    layouts: Layouts,
    problems: Problems,
) -> dict[str, BoundaryFunction]:
    """Return the functions with the calls of others that tell something of them."""
    for reader in (LastErrorReader, AskedLengths, Observers):
        reads = reader(functions, lives, layouts.constants, problems)
        functions = {name: reads.read(function) for name, function in functions.items()}
    preconditions = AskedPreconditions(functions, lives, layouts.constants, problems)
    return {name: preconditions.read(function, contract) for name, function in functions.items()}


def _layouts(
    contract: Contract,
    declarations: Declarations,
    names: Sequence[str],
    handles: Mapping[str, c.Type],
    used: Collection[str],
    compiler: Compiler,
    problems: Problems,
) -> Layouts:
    """Return what the compiler tells of the functions `names`, of the `handles`, and of what is `used` by its name.

    Raises UsageError and CannotJudgeError.
    """
    constants = {name for name in used if name in declarations.macros or name in declarations.enumerators}
    if contract.prefix or contract.select:
        constants.update(matching(declarations.macros, contract.owns_constant))
        constants.update(matching(declarations.enumerators, contract.owns_constant))
    types = (t for word in sorted(used) if (t := declarations.find_type(type_of(word) or word)) is not None)
    wanted = ProbeRequest(
        functions=tuple(names), types=(*handles.values(), *types), constants=tuple(sorted(constants))
    )
    try:
        layouts = layouts_of(
            declarations,
            wanted,
            header=contract.header,
            include_dirs=contract.include_dirs,
            defines={name.text: value for name, value in (contract.defines or {}).items()},
            compiler=compiler,
        )
    except CannotJudgeError:
        # A header that does not compile is the cause of declarations that were lost, and they tell more.
        if problems.all:
            raise UsageError(*problems.all) from None
        raise
    numbers = {**_errors(used), **_sizes(used, declarations, layouts), **layouts.constants}
    return replace(layouts, constants=numbers)


def _sizes(used: Collection[str], declarations: Declarations, layouts: Layouts) -> dict[str, int]:
    """Return what ``sizeof`` of the types is that expressions name so."""
    types = {word: declarations.find_type(type_of(word)) for word in used if type_of(word)}
    sizes = {
        word: layouts.size(declarations.resolve(type_)) for word, type_ in types.items() if type_ is not None
    }
    return {word: size for word, size in sizes.items() if size is not None}


def _helpers(contract: Contract) -> list[str]:
    """Return the functions that handles are made, used and destroyed with, and results freed."""
    found = [name.text for handle in (contract.handles or {}).values() for name in _of_handle(handle)]
    found += [name.text for name in _around(contract)]
    others = (*freers(contract), *allocators(contract), *_asked(contract))
    return [*found, *(name.text for name in others)]


def _asked(contract: Contract) -> Iterator[Name]:
    """Yield the functions that are called beside others, to tell something of those."""
    yield from tellers(contract)
    yield from asked_functions(contract)
    yield from observing_functions(contract)
    yield from preconditions_ask(contract)


def _around(contract: Contract) -> Iterator[Name]:
    """Yield the functions that are called before all others, and after them."""
    calls = (*(contract.setup.calls if contract.setup else ()), *contract.teardown)
    yield from (name for call in calls for name in call)


def _of_handle(handle: HandlePromise) -> Iterator[Name]:
    """Yield the functions that a handle's own clauses name."""
    yield from handle.creates
    yield from (name for call in handle.prepare or () for name in call)
    yield from handle.transitions
    yield from (name for state in handle.states.values() for name in (*state.only, *state.shown_by))
    yield from (name for counter in handle.counts.values() for name in counter.shown_by)
    if handle.destroy:
        yield handle.destroy
    if handle.references is not None:
        yield from (handle.references.acquire, handle.references.release)


def _errors(used: Collection[str]) -> dict[str, int]:
    """Return the values of `errno` that are named: its header need not be one of those that the contract's includes."""
    found = {name: getattr(errno, name, None) for name in used if name.startswith("E")}
    return {name: value for name, value in found.items() if isinstance(value, int)}


def _functions(contract: Contract, declarations: Declarations, problems: Problems) -> list[str]:
    """Return the functions that are needed and that the header has; complain about the others."""
    listed: dict[str, FunctionPromise] = dict(contract.functions or {})
    wanted = [(name, promise.span) for name, promise in listed.items()]
    for handle in (contract.handles or {}).values():
        wanted += [(name.text, name.span) for name in _of_handle(handle)]
    wanted += [(name.text, name.span) for name in _around(contract)]
    wanted += [(n.text, n.span) for n in freers(contract) if not is_libcs(n.text, declarations)]
    wanted += [(n.text, n.span) for n in allocators(contract) if n.text != LIBCS_ALLOC]
    wanted += [(n.text, n.span) for n in _asked(contract)]
    asked = {each.text for each in (*observing_functions(contract), *preconditions_ask(contract))}
    for name, span in wanted:
        told = name in listed and listed[name].function is not None
        if name in declarations.functions or told or problems.lost(name, span, declarations):
            continue
        macro = declarations.function_macros.get(name)
        if macro is None and (other := _no_function(name, declarations)) is not None:
            what, where, remedy = other
            labels = (Label(span), Label(where, "declared here"))
            problems.add(Diagnostic(UNKNOWN_NAME, f"`{name}` is {what}, no function", labels, help=remedy))
        elif macro is None:
            known: dict[str, Span | None] = dict.fromkeys(FUNCTIONS) if name in asked else {}
            known |= {name: function.span for name, function in declarations.functions.items()}
            problems.unknown("function", name, span, known, f"`{contract.header.name}`", _meant_by(name))
        elif name not in listed or listed[name].prototype is None:
            problems.add(untyped(name, span, macro.span))
    return list(dict.fromkeys(name for name, _ in wanted if name in declarations.functions))


def _meant_by(name: str) -> str:
    """Return what helps where an owner stands in a function's place, or the C library ends a handle; or nothing."""
    if name in (CALLER, CALLEE):
        return f"who is to free it is its `owner: {name}`; `free` names the function by which that is done"
    if name != LIBC:
        return ""
    return (
        f"a header of the contract's own that includes `<stdlib.h>` as well has it, and `{LIBC}: {{params: "
        "{ptr: {handle: NAME}}}` says what it ends"
    )


def _no_function(name: str, declarations: Declarations) -> tuple[str, Span, str] | None:
    """Return what a name is that is no function's, where that is, and how a contract can have it nevertheless."""
    variable, constant = declarations.variables.get(name), declarations.macros.get(name)
    if variable is not None:
        does = "calls" if is_function(variable.type, declarations) else "reads or sets"
        return "a variable", variable.span, f"a function of C that {does} it can be described"
    if constant is not None:
        return (
            "a macro without parameters",
            constant.span,
            "if it is a number or a string, expressions can use it by its name",
        )
    return None


def _types(contract: Contract, declarations: Declarations, problems: Problems) -> dict[str, TypePromise]:
    """Return what is promised of records and enums, by their keys."""
    found: dict[str, TypePromise] = {}
    for name, promise in (contract.types or {}).items():
        type_ = declarations.find_object(name)
        resolved = declarations.resolve(type_) if type_ is not None else None
        declared = _declared(type_, declarations) or promise.span
        if resolved is None:
            if not any(problems.lost(n, promise.span, declarations) for n in _tagged(name)):
                known = _types_of(declarations)
                problems.unknown("type", name, promise.span, known, f"`{contract.header.name}`")
        elif isinstance(resolved, c.RecordRef | c.EnumRef):
            if isinstance(resolved, c.RecordRef) and promise.says("enum"):
                message = f"`{name}` is no enum"
                problems.contradiction(message, promise.key_span("enum"), declared)
            if isinstance(resolved, c.EnumRef) and promise.says("fields"):
                message = f"`{name}` is an enum and has no fields"
                problems.contradiction(message, promise.key_span("fields"), declared)
            found[resolved.key] = promise
        else:
            message = f"`{name}` is neither a record nor an enum"
            problems.contradiction(message, promise.span, declared)
    return found


def _tagged(name: str) -> tuple[str, ...]:
    """Return what a type may be declared as that a contract calls `name`."""
    return (name, *(f"{kind} {name}" for kind in ("struct", "union", "enum")))


def _declared(type_: c.Type | None, declarations: Declarations) -> Span | None:
    match type_:
        case c.TypedefRef(name):
            return declarations.typedefs[name].span
        case c.RecordRef(key):
            return declarations.records[key].span
        case c.EnumRef(key):
            return declarations.enums[key].span
        case _:
            return None


def _types_of(declarations: Declarations) -> dict[str, Span | None]:
    """Return all that a contract may name as a type; that reads all of the header."""
    known: dict[str, Span | None] = {name: t.span for name, t in declarations.typedefs.items()}
    known |= {record.tag or key: record.span for key, record in declarations.records.items()}
    return known | {enum.tag or key: enum.span for key, enum in declarations.enums.items()}


def _handle_types(contract: Contract, declarations: Declarations, problems: Problems) -> dict[str, c.Type]:
    """Return each handle's type: that of the pointer, or of the number."""
    found: dict[str, c.Type] = {}
    for name, handle in (contract.handles or {}).items():
        wanted = handle.type or handle.name
        type_ = c.Void() if wanted.text == "void" else declarations.find_object(wanted.text)
        if type_ is None:
            if not any(problems.lost(n, wanted.span, declarations) for n in _tagged(wanted.text)):
                known = {name: t.span for name, t in declarations.typedefs.items()}
                known |= {key: record.span for key, record in declarations.records.items()}
                where, advice = f"`{contract.header.name}`", _its_type(handle, declarations)
                problems.unknown("type", wanted.text, wanted.span, known, where, advice)
            type_ = c.Void()
        itself = isinstance(declarations.resolve(type_), c.Pointer | c.Basic | c.EnumRef)
        found[name] = type_ if itself else c.Pointer(type_)
    return found


def _its_type(handle: HandlePromise, declarations: Declarations) -> str:
    """Return advice about the type of a handle that is named otherwise: its functions return it, or are given it."""
    for name in (*handle.creates, *((handle.destroy,) if handle.destroy else ())):
        function = declarations.functions.get(name.text)
        places = (function.returns, *(each.type for each in function.parameters)) if function else ()
        for word in (word for each in places for word in references(each)):
            type_ = declarations.find_type(word)
            if type_ is not None and isinstance(declarations.resolve(type_), c.RecordRef):
                return f"say what it is called there: `type: {word}`, as `{name.text}` has it"
    return ""


def _invalid(contract: Contract, shaper: Shaper, problems: Problems) -> dict[str, Ranges]:
    """Return the numbers that are no handles, by the names of handles that are numbers."""
    found: dict[str, Ranges] = {}
    for name, handle in (contract.handles or {}).items():
        type_ = shaper.handles[name]
        shape = shaper.shape(type_, None, handle.span, Direction.IN) if shaper.is_number(type_) else None
        named = handle.type or handle.name
        if isinstance(shape, ScalarShape) and shape.kind in ("float", "bool"):
            words = f"`{named.text}` is no whole number, and a handle is one, a pointer, or a record of the caller"
            problems.add(Diagnostic(CONTRADICTS_HEADER, words, (Label(named.span),)))
        elif isinstance(shape, ScalarShape):
            found[name] = Statuses(shape, shaper.layouts.constants, problems).numbers(handle.invalid)
    return found


def _in_memory(contract: Contract, shaper: Shaper) -> Iterator[tuple[str, str]]:
    """Yield the handles that are made in memory which the caller has, each with the record that it is.

    A function makes one there that is given a pointer to it, or returns it by value.
    """
    declarations = shaper.declarations
    for name, handle in (contract.handles or {}).items():
        create = declarations.functions.get(handle.creates[0].text)
        resolved = declarations.resolve(shaper.handles[name])
        target = declarations.resolve(resolved.to) if isinstance(resolved, c.Pointer) else None
        if create is None or not isinstance(target, c.RecordRef) or target.key not in shaper.layouts.records:
            continue
        given = any(declarations.same(each.type, shaper.handles[name]) for each in create.parameters)
        by_value = declarations.same(c.Pointer(create.returns), shaper.handles[name])
        if by_value or (given and not declarations.same(create.returns, shaper.handles[name])):
            yield name, target.key


def _none_of(contract: Contract, shaper: Shaper, problems: Problems) -> dict[str, AddressConstant]:
    """Return the pointers that stand for none, by the names of handles that are pointers and have such a one."""
    found: dict[str, AddressConstant] = {}
    for name, handle in (contract.handles or {}).items():
        if not handle.invalid or shaper.is_number(shaper.handles[name]):
            continue
        first, *more = handle.invalid
        if name in shaper.in_memory:
            words = f"a `{name}` is memory of the caller's, so nothing stands for one that is none"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(handle.key_span("invalid")),)))
        elif more or first.least is None or first.least is not first.most:
            words = f"a `{name}` is a pointer, for which one other stands where there is none: `invalid: -1`"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(handle.key_span("invalid")),)))
        elif (none := shaper.address(first.least)) is not None:
            found[name] = none
    return found


def without_absent(contract: Contract, declarations: Declarations) -> Contract:
    """Return the contract without shared types and handles of which its header says nothing."""
    if not contract.shared:
        return contract

    def there(name: str, handle: HandlePromise) -> bool:
        type_ = str(handle.type or name)
        known = type_ == "void" or declarations.find_type(type_) is not None
        return known and handle.create.text in declarations.functions

    types = {
        name: promise
        for name, promise in contract.types.items()
        if ("types", name) not in contract.shared or declarations.find_type(name) is not None
    }
    handles = {
        name: promise
        for name, promise in contract.handles.items()
        if ("handles", name) not in contract.shared or there(name, promise)
    }
    return replace(contract, types=types, handles=handles)
