"""A kept failing call as a stand-alone C program: it needs the project's header and library, nothing of ours.

The program makes the same memory as the worker: every argument in a block of exact size, flush against a page
that cannot be touched (or from malloc under AddressSanitizer), read-only where the library may only read.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.binding.stub_source import listing
from abidance.boundary.encode.encoded_plan import library_of
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.resolve.stubs import stubbed
from abidance.checks.callbacks.wrong_callback_count import counted_in_all
from abidance.checks.evidence.callback_lifetimes import late_invocations
from abidance.layout.collect import included_as
from abidance.plan.plan import Access
from abidance.run.emit_c import callbacks as emit_callbacks
from abidance.run.emit_c.call import call_lines, complaint
from abidance.run.emit_c.compare import answers_of, conditions, tells_apart, tells_errno
from abidance.run.emit_c.threads import WITHIN, lane_functions, run_lanes
from abidance.run.findings.fresh_process import NEVER
from abidance.toolchain.compiler import find_compiler, search_flags
from abidance.toolchain.elf import read_library
from abidance.toolchain.runtimes import other_compilers, runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.model import Contract
    from abidance.plan.plan import Call
    from abidance.run.findings.replayed_case import ReplayedCase
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import Artifact


UNSEEN = frozenset(
    (
        "ABD314",
        "ABD327",
        "ABD351",
        "ABD352",
        "ABD353",
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
        "ABD380",
        "ABD382",
        "ABD383",
        "ABD384",
        "ABD385",
        "ABD386",
        "ABD387",
        "ABD388",
        "ABD391",
        "ABD393",
    )
)
"""What these tell of shows in no answer, so the program only makes the call."""
LATE = "ABD345"
_OURS = re.compile(r"\b(?:abd|ABD)_\w+\(?|\b__has_feature\b")
_NOTICED = {"ABD342": "changed", "ABD344": "foreign"}
"""What a callback of the program notices itself."""


def program_lines(
    again: ReplayedCase, against: CaseResult | None, file: str, *, seconds: int = 5
) -> Iterator[str]:
    """Yield the lines of the program, to be kept as `file`, which ends after so many seconds whatever happens."""
    boundary = again.boundary
    message = again.findings[0].diagnostic.message if again.findings else "did not fail when it was last run"
    code = again.findings[0].diagnostic.code if again.findings else None
    yield _comment(f"/* {code.id} {code.name}: {message}" if code else f"/* {message}")
    yield " *"
    here, there = again.trial.sides
    yield f" * Build it with {f'`{here}`' if here else 'the library under test'}, then run it:"
    for line in build_lines(boundary.contract, again.artifacts[0], file):
        yield _comment(f" *     {line}")
    if code is not None and (
        code.id in UNSEEN or (code.id == LATE and not late_invocations(again.trial.run))
    ):
        yield " * It makes the call; the defect does not show in the result, but in strace, perf or valgrind."
    unseen = code is not None and code.id in UNSEEN
    if unseen and against is not None:
        yield f" * The result is that of `{there}`, too."
    elif against is not None and not tells_apart(again.trial, against):
        yield " * It makes the call; the results differ in what it does not compare."
    elif again.stored.at == NEVER:
        yield " * It fails only after other calls, which are not included."
    elif against is not None:
        yield f" * It exits with 1, or ends by the same signal, while it has this result; with 0 for that of `{there}`."
    else:
        yield " * It exits with 1, or ends by the same signal, while the defect is there; with 0 once it is gone."
    if here and against is None:
        yield " * What it is given was left by other libraries in calls before, and is written out here."
    yield " */"
    rest = [*_code(again, against, message, seconds)]
    yield f"#include {header_operand(again.boundary.contract, find_compiler())[0]}"
    yield from helpers_used("\n".join(rest))
    functions = again.boundary.functions.values()
    yield from sorted(each for f in functions if (each := f.declaration.definition))
    yield from rest


def header_operand(contract: Contract, compiler: Compiler) -> tuple[str, tuple[Path, ...]]:
    """Return the operand of `#include` for the contract's header, and the folder that must be searched for it.

    A header of the system's is included as callers do: its own folder, such as `/usr/include/sys`, has headers
    that would be taken for others.
    """
    operand = included_as(contract.header, (), compiler, None)
    if operand.startswith("<"):
        return operand, ()
    return f'"{contract.header.name}"', (contract.header.parent,)


def helpers_used(code: str) -> Iterator[str]:
    """Yield the lines of `emitted.c` that the code needs: its includes, and of its helpers those that are used."""
    first, *parts = files("abidance.run.emit_c").joinpath("emitted.c").read_text().rstrip().split("\n\n")
    known: set[str] = set()
    defined: list[set[str]] = []
    for part in parts:
        found = set(_OURS.findall(part))
        bare = {each.rstrip("(") for each in found}  # as it stands where its address is taken
        defined.append((found | bare) - known)
        known |= found
    used = set(_OURS.findall(code))
    needed: list[str] = []
    for part, names in zip(reversed(parts), reversed(defined), strict=True):  # each uses only those before it
        if used & names:
            needed.insert(0, part)
            used |= set(_OURS.findall(part))
    yield from "\n\n".join((first, *needed)).splitlines()


def _code(again: ReplayedCase, against: CaseResult | None, message: str, seconds: int) -> Iterator[str]:
    """Yield what stands below the helpers."""
    boundary = again.boundary
    if any(call.refuses for call in again.trial.encoded.plan.calls):
        yield from files("abidance.run.emit_c").joinpath("refused.c").read_text().splitlines()
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
    yield from (f"    {line}" if line else "" for line in _body(again, against, message))
    yield "}"
    yield ""
    yield "int main(void)"
    yield "{"
    yield f"    alarm({seconds});"
    yield "    atexit(abd_vanished);"
    yield from _until_it_fails(again.stored.at)
    yield "    abd_finished = 1;"
    yield "    return status;"
    yield "}"


def _until_it_fails(at: int) -> Iterator[str]:
    if at <= 1:
        yield "    int status = calls();"
        return
    yield "    int status = 0;"
    yield f"    for (int made = 0; made < {at} && status == 0; made++)  /* number {at} is the first that fails */"
    yield "        status = calls();"


def _comment(text: str) -> str:
    """Return a line that does not end the comment that it stands in; to a shell it says the same."""
    return text.replace("*/", "*''/")


def _listings(again: ReplayedCase) -> Iterator[str]:
    """Yield what calls functions that take a `va_list`."""
    for placed in again.trial.encoded.calls:
        ending = placed.function.ending
        if ending is not None and ending.listed:
            yield listing(stubbed(placed.function), again.boundary.declarations)


def _body(again: ReplayedCase, against: CaseResult | None, message: str) -> Iterator[str]:
    boundary, encoded, here = again.boundary, again.trial.encoded, again.trial.sides[0]
    plan = encoded.plan
    yield from _memory(encoded)
    yield from emit_callbacks.placed(again.trial)
    asked = (condition for call in plan.calls for condition in call.only_if if condition.ranges)
    answers = answers_of(again.trial) if against is None and _compares(again, against) else {}
    told = {plan.subject, *(condition.call for condition in asked), *answers}
    about = {plan.subject, encoded.subject.tells}
    unasked = {n for n in encoded.observing if encoded.calls[n].tells not in about}
    # What was asked of others held, since their calls were made.
    settled = {move.slot for n in unasked for move in plan.calls[n].moves}
    calls = (_without(call, settled) for call in plan.calls)
    for index, (call, placed) in enumerate(zip(calls, encoded.calls, strict=True)):
        yield ""
        if plan.lanes and plan.subject <= index < plan.subject + plan.lanes.count:
            if index == plan.subject:
                yield from run_lanes(again.trial)
            continue
        if index <= plan.subject and call.may_be_left_out and not _ran(again.trial, index):
            continue
        if index in unasked:
            continue
        if index in encoded.skipped or (here and library_of(boundary, encoded, index) not in ("", here)):
            continue
        made = call_lines(
            boundary,
            index,
            call,
            placed,
            needed=index <= plan.subject,
            calls=plan.calls,
            looked_at=index in told,
        )
        watched = index == plan.subject and tells_errno(placed, against)
        yield from _around(again, call, made, on_trial=index == plan.subject, watched=watched)
        yield from emit_callbacks.over(again.trial, index)
        if watched:
            yield "int told = errno;"
            yield "(void)told;"
        if index == plan.subject:
            if call.signature[-1] != "v":
                yield f"(void)r{index};"
            yield from _compare(again, against, index, message, later=bool(answers))
        if answers and index == max(answers):
            yield from _fails(["alike", *answers.values()], message)
        yield from (f"abd_retire(&b{block}); /* lent until here */" for block in call.retires)
    if again.findings and again.findings[0].diagnostic.code.id == LATE and plan.callbacks:
        yield from _fails(emit_callbacks.noticed(again.trial, "late"), message)
    if (number := _miscounted(again)) is not None:
        yield from _fails(emit_callbacks.counted_again(again.trial, number), message)
    yield "return differs;" if plan.lanes else "return 0;"


def _memory(encoded: Encoded) -> Iterator[str]:
    """Yield what makes the memory of all calls, and what keeps what they return."""
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
    for view in (view for call in plan.calls for view in call.views):
        yield f"b{view.block}.at = b{view.within}.at + {view.offset}; /* one memory for both */"
    if plan.slots and not plan.lanes:
        yield f"void *slot[{plan.slots}] = {{0}};"


def _around(
    again: ReplayedCase, call: Call, made: Iterable[str], *, on_trial: bool, watched: bool
) -> Iterator[str]:
    """Yield a call with what stands around it: whose callbacks are looked at, and which memory is refused."""
    calls_back = on_trial and bool(again.trial.encoded.plan.callbacks)
    if watched:
        yield "errno = 0;"
    if calls_back:
        yield "on_trial = 1;"
    if call.refuses:
        yield f"abd_refuse = {abs(call.refuses)};"
        yield f"abd_onwards = {int(call.refuses < 0)};"
    yield from made
    if call.refuses:
        yield "abd_refuse = 0;"
        yield "(void)abd_onwards;"
    if calls_back:
        yield "on_trial = 0;"


def _without(call: Call, settled: set[int]) -> Call:
    """Return a call without the guards of some slots."""
    return replace(call, guards=tuple(each for each in call.guards if each.slot not in settled))


def _ran(trial: CaseResult, index: int) -> bool:
    """Tell whether a call was made when the case failed: one that its handle's state rules out was not."""
    calls = trial.observation.calls
    return index >= len(calls) or calls[index].ran


def _compare(
    again: ReplayedCase, against: CaseResult | None, index: int, message: str, *, later: bool
) -> Iterator[str]:
    """Compare what came back with what was seen when it failed: the same wrong answer fails the program.

    If that is told `later`, by what functions answer afterwards, it is kept.
    """
    trial = again.trial
    calls = trial.encoded.plan.calls
    gone = {block for each in calls[:index] for block in each.retires}
    gone |= {block for each in calls[: index + 1] for block in each.takes_back}
    gone |= {view.block for each in calls for view in each.views}
    for block in range(len(trial.encoded.plan.blocks)):
        if block not in gone:
            yield f"abd_check_around(&b{block});"
    if _is_judged(again, against) and (noticed := _noticed(again)) is not None:
        yield from _fails(emit_callbacks.noticed(trial, noticed), message)
    elif _compares(again, against):
        found = conditions(trial, index, against)
        if later:
            yield f"int alike = {f'{chr(10)}        && '.join(found) or '1'};"
        else:
            yield from _fails(found, message)


def _is_judged(again: ReplayedCase, against: CaseResult | None) -> bool:
    """Tell whether what the call has left is what shows the defect."""
    trial = again.trial
    if not trial.answered or not again.findings or trial.observation.damage:
        return False
    if trial.death is not None and against is None:
        return False  # a later call ends the program
    if again.findings[0].diagnostic.code.id in UNSEEN:
        return False
    # The others are known when all calls are over.
    return again.findings[0].diagnostic.code.id != LATE and _miscounted(again) is None


def _compares(again: ReplayedCase, against: CaseResult | None) -> bool:
    """Tell whether the program compares what the call has left with what it left when it failed."""
    return _is_judged(again, against) and _noticed(again) is None and tells_apart(again.trial, against)


def _noticed(again: ReplayedCase) -> str | None:
    """Return what callbacks notice by themselves that shows the defect, if they do."""
    return _NOTICED.get(again.findings[0].diagnostic.code.id)


def _miscounted(again: ReplayedCase) -> int | None:
    """Return which callback was invoked a wrong number of times until a handle was destroyed, if one was."""
    return counted_in_all(again.trial, again.findings[0].diagnostic) if again.findings else None


def _fails(conditions: list[str], message: str) -> Iterator[str]:
    """Yield what fails the program where all conditions hold."""
    if conditions:
        yield f"if ({f'{chr(10)}        && '.join(conditions)}) {{"
        yield f"    {complaint(message)}"
        yield "    return 1;"
        yield "}"


_FLAGS = {"asan": "address", "ubsan": "undefined", "tsan": "thread"}
_OPTIONS = {
    "asan": "ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1",
    "ubsan": "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1",
}


def build_lines(contract: Contract, artifact: Artifact, source: str) -> Iterator[str]:
    """Yield shell commands, to be typed one after the other in the folder of `source`.

    The program is built with the sanitizers of the library: a library that was instrumented does not run in a
    program whose first library is not their runtime.
    """
    program = source.rpartition(".")[0] or f"{source}.out"
    compiler, runtime = _compiler(artifact)
    kinds = [flag for kind, flag in _FLAGS.items() if kind in artifact.sanitizers]
    folders: list[Path | str] = [
        artifact.path.parent,
        *artifact.search,
        *([runtime.parent] if runtime else []),
    ]
    soname = read_library(artifact.path).soname
    if soname and not (artifact.path.parent / soname).exists():
        # The dynamic linker looks for the name that the library gives itself, which its file need not have.
        yield shlex.join(["ln", "-sf", str(artifact.path), soname])
        folders.insert(0, "$ORIGIN")
    words = [
        *compiler.command,
        "-g",
        *([f"-fsanitize={','.join(kinds)}", "-fno-sanitize-recover=all"] if kinds else []),
        *(["-shared-libsan"] if kinds and compiler.family == "clang" else []),
        *search_flags(
            (*header_operand(contract, compiler)[1], *contract.include_dirs),
            {str(name): value for name, value in contract.defines.items()},
        ),
        source,
        str(artifact.path),
        *(f"-Wl,-rpath,{folder}" for folder in dict.fromkeys(folders)),
        "-o",
        program,
    ]
    yield shlex.join(words)
    told = [options for kind, options in _OPTIONS.items() if kind in artifact.sanitizers]
    yield " ".join([*told, shlex.quote(f"./{program}")])


def _compiler(artifact: Artifact) -> tuple[Compiler, Path | None]:
    """Return the compiler whose runtime the library needs, and that runtime where it must be found at start."""
    first = find_compiler()
    for runtime in artifact.preload:
        for compiler in (first, *other_compilers()):
            if any(runtime_of(compiler, kind) == runtime for kind in artifact.sanitizers & _FLAGS.keys()):
                return compiler, runtime if compiler.family == "clang" else None
    return first, None
