"""Which functions of a contract a phase is about: what the clauses say, whatever the library does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.model.functions import FunctionPromise
from abidance.contract.model.types import NO_PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.model import Contract, FieldPromise, HandlePromise, Param
    from abidance.contract.model.laws import Law

MEASURED = ("p50", "p99", "p99_9", "throughput", "threads", "instructions", "scaling", "no_worse_than")
"""The clauses of `cost` that take measuring."""
AT_ONCE = 4
"""So many threads call a function at once, two with each of two cases' arguments: a buffer that they share shows when
those differ. Each has handles of its own, but for one that is `concurrent`."""


def may_overlap(contract: Contract, promise: FunctionPromise, threads: int = AT_ONCE) -> bool:
    """Tell whether calls of a function may be made on so many threads at once, and again and again."""
    if changes_for_good(contract, promise) or asks_for_room(promise) or too_few(contract, promise, threads):
        return False
    if promise.has_effect("thread_safe"):
        return True
    return any(contract.handles[name].concurrent for name in _taken(promise))


def too_few(contract: Contract, promise: FunctionPromise, threads: int = AT_ONCE) -> str:
    """Return a handle that a call uses or makes, and of which not as many may be alive as there are threads, if any."""
    taken = _taken(promise)
    shared = next((name for name in taken if contract.handles[name].concurrent), None)
    made = promise.returns.handle if promise.returns is not None else None
    left: list[str] = [*taken, *([made.text] if made is not None else ())]
    known = {shared}
    while left:
        name = left.pop()
        if name in known or name not in contract.handles:
            continue
        known.add(name)
        handle = contract.handles[name]
        parents = _parents_of(contract, handle)
        alone = not parents or shared in parents
        if handle.at_most is not None and handle.at_most < threads and alone:
            return name
        left += parents
    return ""


def _taken(promise: FunctionPromise) -> list[str]:
    """Return the handles that a function takes."""
    return [param.handle.text for param in promise.params.values() if param.handle is not None]


def _parents_of(contract: Contract, handle: HandlePromise) -> list[str]:
    """Return the handles that one is made from, which must outlive it."""
    if handle.parents:
        return [each.text for each in handle.parents if each.text not in (NO_PARENT, handle.name.text)]
    makers = (contract.functions.get(name.text) for name in handle.creates)
    taken = (name for maker in makers if maker is not None for name in _taken(maker))
    return [name for name in taken if name != handle.name.text]


def may_reenter(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether a function may be called while it runs, and calls back so that it can be."""
    if changes_for_good(contract, promise):
        return False
    return promise.has_effect("reentrant") and _calls_back(contract, promise)


def changes_for_good(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether a call cannot be made again with the same arguments.

    It takes memory over, or changes a state, or something is asked before it, which need not be told again.
    """
    return takes_over(contract, promise) or moves_on(contract, promise) or asks_first(promise)


def asks_first(promise: FunctionPromise) -> bool:
    """Tell whether a precondition asks the library before each call."""
    return any(each.calls for each in promise.requires)


def asks_for_room(promise: FunctionPromise) -> bool:
    """Tell whether another function is asked before each call how much memory that is to be given."""
    sizes = (size for param in promise.params.values() for size in (param.capacity, param.length))
    return any(size is not None and size.calls for size in sizes)


def moves_on(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether a call may leave a handle in a state in which the same call is not lawful."""
    for handle in contract.handles.values():
        for named in handle.transitions.get(promise.name, ()):
            lawful = {name.text for name in named.from_} or {*handle.states}
            copies = named.copies is not None and named.of is not None  # it is led to where another one is
            if named.once or named.counts or copies or not {name.text for name in named.to} <= lawful:
                return True
    return False


def is_called(contract: Contract, promise: FunctionPromise | HandlePromise | Law) -> bool:
    """Tell whether a function may be called otherwise than from callbacks, as what is no function may."""
    if not isinstance(promise, FunctionPromise):
        return True
    if any(param.from_ is not None for param in promise.params.values()):
        return False
    named = (handle.transitions.get(promise.name, ()) for handle in contract.handles.values())
    return not any({n.text for n in each.from_} == {"callback"} for several in named for each in several)


def takes_over(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether memory that a function is given is its own afterwards: it cannot be given again."""
    return any(place.owner == "callee" for place in _places(contract, promise))


def _places(contract: Contract, promise: FunctionPromise) -> Iterator[Param | FieldPromise]:
    """Yield the parameters, and the fields of records that they point at."""
    for param in promise.params.values():
        yield param
        pointed = contract.types.get(param.points_at.text) if param.points_at else None
        yield from {**(pointed.fields if pointed else {}), **param.fields}.values()


def _calls_back(contract: Contract, promise: FunctionPromise, *, deep: bool = True) -> bool:
    """Tell whether a function is given a callback, alone or in a record, or uses a handle that was."""
    if any(place.callback for place in _places(contract, promise)):
        return True
    makers = (maker.text for handle in contract.handles.values() for maker in handle.creates)
    made = (contract.functions.get(name) for name in makers) if deep else ()
    return any(each is not None and _calls_back(contract, each, deep=False) for each in made)


def has_shared(promise: FunctionPromise) -> bool:
    """Tell whether memory that a function reads may change meanwhile."""
    return any(param.shared is not None for param in promise.params.values())


def has_secrets(promise: FunctionPromise) -> bool:
    """Tell whether a function is given, or makes, what is secret."""
    if promise.returns is not None and promise.returns.secret:
        return True
    return any(param.secret is not None for param in promise.params.values())


def handles_secrets(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether a function is given, or makes, what is secret, or destroys a handle that has a secret field."""
    ended = (h for h in contract.handles.values() if h.destroy and h.destroy.text == promise.name.text)
    types = (contract.types.get(str(handle.type or handle.name)) for handle in ended)
    return has_secrets(promise) or any(f.secret for each in types if each for f in each.fields.values())


def keeps_secrets_on(_promise: FunctionPromise, _library: str, build: str) -> bool:
    """Tell whether what a build leaves on its stack and in freed memory is what it leaves where it is used."""
    return is_as_shipped(build)


def is_unsanitized(_promise: FunctionPromise, _library: str, build: str) -> bool:
    """Tell whether accesses of a build to its arguments can be trapped."""
    return "asan" not in build and "tsan" not in build


def has_overlaps(promise: FunctionPromise) -> bool:
    """Tell whether parameters of a function may overlap."""
    return any(param.overlapped and param.handle is None for param in promise.params.values())


def has_budget(promise: FunctionPromise) -> bool:
    """Tell whether there is a budget that takes measuring; what is asked of the heap is seen in other phases."""
    return promise.cost is not None and any(promise.cost.says(clause) for clause in MEASURED)


def is_measured_on(promise: FunctionPromise, library: str, build: str) -> bool:
    """Tell whether a library's build is one whose cost means something, and is not compared with itself alone."""
    if not is_as_shipped(build):
        return False
    assert promise.cost is not None
    other = promise.cost.no_worse_than
    alone = any(promise.cost.says(clause) for clause in MEASURED if clause != "no_worse_than")
    return alone or (other is not None and other.library.text != library)


def is_as_shipped(build: str) -> bool:
    """Tell whether a build is optimised, without a sanitizer."""
    return build in ("", "release", "prebuilt")
