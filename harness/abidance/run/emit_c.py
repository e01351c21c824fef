"""A kept failing call as a stand-alone C program: it needs the project's header and library, nothing of ours.

The program makes the same memory as the worker: every argument in a block of exact size, flush against a page
that cannot be touched (or from malloc under AddressSanitizer), read-only where the library may only read.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.binding.stub_source import LISTED, listing
from abidance.boundary.memory import meaning
from abidance.boundary.shapes import Pointer as PointerShape
from abidance.boundary.shapes import has_pointers
from abidance.boundary.spell import bytes_text
from abidance.boundary.stubbing import stubbed
from abidance.core.catalogue import UNKNOWN_CASE
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.ir.declarations import spell
from abidance.ir.types import Array, Basic, EnumRef, Pointer, Qualified, Void
from abidance.plan.plan import Access, Address, Contents, Slot, Value
from abidance.run import case_store, emit_callbacks
from abidance.run.build_lines import build_lines
from abidance.run.replay import run_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode import PlacedCall
    from abidance.boundary.model import Boundary
    from abidance.boundary.shapes import Shape
    from abidance.ir.types import Type
    from abidance.plan.observation import Returned
    from abidance.plan.plan import Argument, Call
    from abidance.run.replay import Again
    from abidance.run.settings import Settings


UNSEEN = frozenset(
    (
        "ABD327",
        "ABD362",
        "ABD363",
        "ABD364",
        "ABD365",
        "ABD366",
        "ABD367",
        "ABD368",
        "ABD369",
        "ABD371",
        "ABD372",
    )
)
"""What these tell of shows in no answer, so the program only makes the call."""
LATE = "ABD345"
_NOTICED = {"ABD342": "changed", "ABD344": "foreign"}
"""What a callback of the program notices itself."""


def emit_c(case_id: str, settings: Settings, file: str = "") -> str:
    """Return the C program for a stored case, to be kept as `file`; raises UsageError as `replay` does."""
    stored = case_store.load(settings.root, case_id)
    if stored.compares:
        raise UsageError(
            Diagnostic(
                UNKNOWN_CASE,
                f"the case `{stored.id}` compares two libraries, which one C program cannot link",
                help=f"`abidance replay {stored.id}` shows the call and both answers",
            )
        )
    again = run_again(stored, settings)
    return "\n".join(_program(again, file or f"{again.stored.id}.c")) + "\n"


def _program(again: Again, file: str) -> Iterator[str]:
    boundary = again.boundary
    header = boundary.contract.header
    message = again.findings[0].diagnostic.message if again.findings else "did not fail when it was last run"
    code = again.findings[0].diagnostic.code if again.findings else None
    yield _comment(f"/* {code.id} {code.name}: {message}" if code else f"/* {message}")
    yield " *"
    yield " * Build it with the library on trial, then run it:"
    for line in build_lines(boundary.contract, again.artifact, file):
        yield _comment(f" *     {line}")
    if code is not None and (code.id in UNSEEN or (code.id == LATE and not again.trial.late)):
        yield " * It makes the call; what is wrong with it shows outside of its answer: in strace or valgrind."
    yield " * It exits with 1, or ends by the same signal, while the defect is there; with 0 once it is gone."
    yield " */"
    yield f'#include "{header.name}"'
    yield from files("abidance.run").joinpath("emitted.c").read_text().splitlines()
    for text in dict.fromkeys(_listings(again)):
        yield from ("", text)
    yield from emit_callbacks.functions(again)
    yield ""
    yield "static int calls(void)"
    yield "{"
    yield from (f"    {line}" if line else "" for line in _body(again, message))
    yield "}"
    yield ""
    yield "int main(void)"
    yield "{"
    yield "    alarm(5);"
    yield "    atexit(vanished);"
    yield "    int status = calls();"
    yield "    finished = 1;"
    yield "    return status;"
    yield "}"


def _comment(text: str) -> str:
    """Return a line that does not end the comment that it stands in; to a shell it says the same."""
    return text.replace("*/", "*''/")


def _listings(again: Again) -> Iterator[str]:
    """Yield what calls functions that take a `va_list`."""
    for placed in again.trial.encoded.calls:
        ending = placed.function.ending
        if ending is not None and ending.listed:
            yield listing(stubbed(placed.function), again.boundary.declarations)


def _body(again: Again, message: str) -> Iterator[str]:
    boundary, encoded = again.boundary, again.trial.encoded
    plan = encoded.plan
    names = {
        index: path
        for placed in encoded.calls
        for path, index in (*placed.places.items(), *placed.storage.items())
    }
    for index, block in enumerate(plan.blocks):
        if index in names:
            yield f"/* {names[index]} */"
        contents = bytes_text(block.contents, whole=True) if block.contents else "NULL"
        yield (
            f"struct block b{index} = block({contents}, {len(block.contents)}, {block.size}, {block.align}, "
            f"{int(plan.flush)}, 0x{plan.fill:02x});"
        )
    for r in plan.relocations:
        yield f"point(b{r.block}.at + {r.offset}, b{r.target}.at + {r.addend});"
    for index, block in enumerate(plan.blocks):
        if block.access is Access.READ:
            yield f"read_only(&b{index});"
    if plan.slots:
        yield f"void *slot[{plan.slots}] = {{0}};"
    yield from emit_callbacks.placed(again.trial)
    calls_back = bool(plan.callbacks)
    for index, (call, placed) in enumerate(zip(plan.calls, encoded.calls, strict=True)):
        yield ""
        watched = index == plan.subject and _tells_errno(placed)
        if watched:
            yield "errno = 0;"
        if calls_back and index == plan.subject:
            yield "on_trial = 1;"
        yield from _call(boundary, index, call, placed, needed=index <= plan.subject)
        if calls_back and index == plan.subject:
            yield "on_trial = 0;"
        yield from emit_callbacks.over(again.trial, index)
        if watched:
            yield "int told = errno;"
            yield "(void)told;"
        if index == plan.subject:
            if call.signature[-1] != "v":
                yield f"(void)r{index};"
            yield from _compare(again, index, message)
    if again.findings and again.findings[0].diagnostic.code.id == LATE and calls_back:
        yield from _fails(emit_callbacks.noticed(again.trial, "late"), message)
    yield "return 0;"


def _call(boundary: Boundary, index: int, call: Call, placed: PlacedCall, *, needed: bool) -> Iterator[str]:
    for store in call.stores:
        target = f"b{store.block}.at + {store.offset}"
        if isinstance(store.value, Value):
            yield f"memcpy({target}, {bytes_text(store.value.raw, whole=True)}, {len(store.value.raw)});"
        else:
            yield f"point({target}, {_pointer(store.value)});"
    conditions = [f"slot[{slot}] != NULL" for slot in call.needs]
    for earlier, results in call.only_if:
        same = " || ".join(
            f"memcmp(&r{earlier}, {bytes_text(raw, whole=True)}, {len(raw)}) == 0" for raw in results
        )
        conditions.append(f"({same})")
    declared = placed.function.declaration
    listed = [
        _argument(boundary, parameter.type, argument)
        for parameter, argument in zip(declared.parameters, call.arguments, strict=True)
    ]
    name, ending = declared.name, placed.function.ending
    if ending is not None and ending.listed:
        name = f"{LISTED}{declared.name}"
        listed = [f"(void *){declared.name}", *listed[: ending.fixed], "NULL", *listed[ending.fixed :]]
    invoked = f"{name}({', '.join(listed)})"
    if conditions and needed:
        yield f"if (!({' && '.join(conditions)})) return 2; /* what this call needs was not made */"
    guard = f"if ({' && '.join(conditions)}) " if conditions and not needed else ""
    nothing = isinstance(boundary.declarations.resolve(declared.returns), Void)
    if nothing or not needed:
        yield f"{guard}{'' if nothing else '(void)'}{invoked};"
    else:
        yield f"{spell(_unqualified(declared.returns), f'r{index}', boundary.declarations)} = {invoked};"
    if call.save and needed:
        slot, place = call.save
        source = f"&r{index}" if place.block is None else f"b{place.block}.at + {place.offset}"
        yield f"memcpy(&slot[{slot}], {source}, sizeof slot[{slot}]);"


def _argument(boundary: Boundary, type_: Type, argument: Argument) -> str:
    declared = spell(_unqualified(type_), "", boundary.declarations)
    match argument:
        case Contents(block):
            return f"*({declared} *)b{block}.at"
        case Value(raw):
            resolved = boundary.declarations.resolve(type_)
            scalar = getattr(resolved, "spelling", "")
            if scalar in ("float", "double"):
                return f"from_{scalar}({bytes_text(raw, whole=True)})"
            if not isinstance(boundary.declarations.resolve(type_), Pointer) and not _is_integer(
                boundary, type_
            ):
                return f"*({declared} *)copied({bytes_text(raw, whole=True)}, {len(raw)})"
            number = int.from_bytes(raw, "little")
            return f"({declared})0x{number:x}{'ULL' if number > 0x7FFFFFFF else ''}"
        case _:
            return f"({declared})({_pointer(argument)})"


def _is_integer(boundary: Boundary, type_: Type) -> bool:
    """Tell whether C has literals of a type: not of 128 bits, nor of vectors and decimals."""
    match boundary.declarations.resolve(type_):
        case Basic(spelling):
            scalar = boundary.layouts.scalars[spelling]
            return scalar.kind in {"int", "bool"} and scalar.size <= 8
        case EnumRef():
            return True
    return False


def _pointer(value: Address | Slot | Value) -> str:
    match value:
        case Address(block, addend):
            return f"b{block}.at + {addend}" if addend else f"b{block}.at"
        case Slot(index):
            return f"slot[{index}]"
    return "NULL"


def _compare(again: Again, index: int, message: str) -> Iterator[str]:
    """Compare what came back with what was seen when it failed: the same wrong answer fails the program."""
    trial = again.trial
    call = trial.encoded.plan.calls[index]
    for block in range(len(trial.encoded.plan.blocks)):
        yield f"check_around(&b{block});"
    if not trial.answered or not again.findings or trial.observation.damage:
        return
    if again.findings[0].diagnostic.code.id in UNSEEN:
        return
    if again.findings[0].diagnostic.code.id == LATE:
        return  # that is known when all calls are over
    noticed = _NOTICED.get(again.findings[0].diagnostic.code.id)
    if noticed is not None:
        yield from _fails(emit_callbacks.noticed(trial, noticed), message)
        return
    returned = trial.observation.calls[index]
    placed = trial.encoded.calls[index]
    shapes = {placed.places.get(m.name): m.shape for m in placed.function.members}
    same = []
    if returned.result and not call.save and call.signature[-1] != "p":
        same.append(_same(f"&r{index}", returned.result, meaning(placed.function.result.shape)))
    same += _followed(f"r{index}", returned, placed.function.result.shape)
    for block, raw in zip(call.watched, returned.blocks, strict=True):
        if raw and not any(r.block == block for r in trial.encoded.plan.relocations) and len(raw) <= 256:
            shape = shapes.get(block)
            mask = meaning(shape.element) if isinstance(shape, PointerShape) else b""
            same.append(_same(f"b{block}.at", raw, mask))
    if same and _tells_errno(placed):
        same.append(f"told == {returned.errno}")
    yield from _fails([*same, *emit_callbacks.seen_again(trial)], message)


def _fails(conditions: list[str], message: str) -> Iterator[str]:
    """Yield what fails the program where all conditions hold."""
    if conditions:
        told = message.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
        yield f"if ({f'{chr(10)}        && '.join(conditions)}) {{"
        yield f'    fprintf(stderr, "{told}\\n");'
        yield "    return 1;"
        yield "}"


def _followed(pointer: str, returned: Returned, shape: Shape) -> Iterator[str]:
    """Yield a condition that what a returned pointer points at is the same; addresses in it never are."""
    if not isinstance(shape, PointerShape) or not returned.followed or has_pointers(shape.element):
        return
    raw = returned.followed[0].contents
    if 0 < len(raw) <= 256:
        yield f"{pointer} != NULL && {_same(pointer, raw, meaning(shape.element))}"


def _tells_errno(placed: PlacedCall) -> bool:
    """Tell whether a promise is about `errno`; otherwise whatever it is left at is no part of the failure."""
    return any("errno" in ensured.names for ensured in placed.function.ensures)


def _same(place: str, raw: bytes, mask: bytes) -> str:
    """Return a C condition: `raw` is at `place`. Bytes of padding may be anything (C11 6.2.6.1p6)."""
    if not mask or len(raw) % len(mask) or all(each == 0xFF for each in mask):
        return f"memcmp({place}, {bytes_text(raw, whole=True)}, {len(raw)}) == 0"
    whole = mask * (len(raw) // len(mask))
    texts = (bytes_text(each, whole=True) for each in (raw, whole))
    return f"same({place}, {', '.join(texts)}, {len(raw)})"


def _unqualified(type_: Type) -> Type:
    match type_:
        case Qualified(of, _):
            return _unqualified(of)
        case Array():
            return type_
    return type_
