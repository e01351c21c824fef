"""A kept failing call as a stand-alone C program: it needs the project's header and library, nothing of ours.

The program makes the same memory as the worker: every argument in a block of exact size, flush against a page
that cannot be touched (or from malloc under AddressSanitizer), read-only where the library may only read.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.binding.stub_source import listing
from abidance.boundary.memory import meaning
from abidance.boundary.shapes import Pointer as PointerShape
from abidance.boundary.shapes import has_pointers
from abidance.boundary.spell import bytes_text
from abidance.boundary.stubbing import stubbed
from abidance.core.catalogue import UNKNOWN_CASE
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.plan.plan import Access
from abidance.run import case_store, emit_callbacks
from abidance.run.build_lines import build_lines
from abidance.run.emit_call import call_lines, same_bytes
from abidance.run.emit_lanes import WITHIN, lane_functions, run_lanes
from abidance.run.replay import run_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.placed import PlacedCall
    from abidance.boundary.shapes import Shape
    from abidance.plan.observation import Returned
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
        "ABD377",
        "ABD378",
        "ABD382",
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
    if again.trial.encoded.plan.lanes is not None and again.trial.encoded.callbacks:
        yield from ("", WITHIN)
    yield from emit_callbacks.functions(again)
    yield ""
    lanes = again.trial.encoded.plan.lanes
    if lanes is not None:
        yield from lane_functions(again.trial, boundary, message)
    yield "static int calls(void)"
    yield "{"
    yield from (f"    {line}" if line else "" for line in _body(again, message))
    yield "}"
    yield ""
    yield "int main(void)"
    yield "{"
    yield "    alarm(5);"
    yield "    atexit(abd_vanished);"
    yield "    int status = calls();"
    yield "    abd_finished = 1;"
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
        declared = "" if plan.lanes else "struct abd_block "
        if block.handed:
            given = f"{contents}, {len(block.contents)}, {block.size}"
            yield f"{declared}b{index} = abd_malloc({given}, 0x{plan.fill:02x});"
            continue
        yield (
            f"{declared}b{index} = abd_block({contents}, {len(block.contents)}, {block.size}, {block.align}, "
            f"{block.skew}, "
            f"{int(plan.flush)}, 0x{plan.fill:02x});"
        )
    for r in plan.relocations:
        yield f"abd_point(b{r.block}.at + {r.offset}, b{r.target}.at + {r.addend});"
    for index, block in enumerate(plan.blocks):
        if block.access is Access.READ:
            yield f"abd_read_only(&b{index});"
    if plan.slots and not plan.lanes:
        yield f"void *slot[{plan.slots}] = {{0}};"
    yield from emit_callbacks.placed(again.trial)
    calls_back = bool(plan.callbacks)
    for index, (call, placed) in enumerate(zip(plan.calls, encoded.calls, strict=True)):
        yield ""
        if plan.lanes and plan.subject <= index < plan.subject + plan.lanes.count:
            if index == plan.subject:
                yield from run_lanes(again.trial)
            continue
        watched = index == plan.subject and _tells_errno(placed)
        if watched:
            yield "errno = 0;"
        if calls_back and index == plan.subject:
            yield "on_trial = 1;"
        yield from call_lines(boundary, index, call, placed, needed=index <= plan.subject, calls=plan.calls)
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
        yield from (f"abd_retire(&b{block}); /* lent until here */" for block in call.retires)
    if again.findings and again.findings[0].diagnostic.code.id == LATE and calls_back:
        yield from _fails(emit_callbacks.noticed(again.trial, "late"), message)
    yield "return differs;" if plan.lanes else "return 0;"


def _compare(again: Again, index: int, message: str) -> Iterator[str]:
    """Compare what came back with what was seen when it failed: the same wrong answer fails the program."""
    trial = again.trial
    call = trial.encoded.plan.calls[index]
    gone = {block for each in trial.encoded.plan.calls[:index] for block in each.retires}
    for block in range(len(trial.encoded.plan.blocks)):
        if block not in gone:
            yield f"abd_check_around(&b{block});"
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
        same.append(same_bytes(f"&r{index}", returned.result, meaning(placed.function.result.shape)))
    same += _followed(f"r{index}", returned, placed.function.result.shape)
    for block, raw in zip(call.watched, returned.blocks, strict=True):
        if raw and not any(r.block == block for r in trial.encoded.plan.relocations) and len(raw) <= 256:
            shape = shapes.get(block)
            mask = meaning(shape.element) if isinstance(shape, PointerShape) else b""
            same.append(same_bytes(f"b{block}.at", raw, mask))
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
        yield f"{pointer} != NULL && {same_bytes(pointer, raw, meaning(shape.element))}"


def _tells_errno(placed: PlacedCall) -> bool:
    """Tell whether a promise is about `errno`; otherwise whatever it is left at is no part of the failure."""
    return any("errno" in ensured.names for ensured in placed.function.ensures)
