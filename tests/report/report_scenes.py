"""Runs as the engine would tell them, over files that a user would have: the screens of the design."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED, TOOL_MISSING, UNKNOWN_NAME
from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunStarted
from abidance.core.outcome import Outcome
from abidance.core.span import Span

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = Code("ABD321", "postcondition-broken")
PAST_END = Code("ABD312", "out-of-bounds-read")
PROMISE = "      - result == (request.route in ROUTES and request.payload_bytes < 4096)"
BUFFER = "      route: {to: bytes, length: route_len}"
DECLARATION = "bool rg_admit(const rg_guard *guard, const rg_request *request, rg_reason *reason);"
LOOP = "  while (i <= r->route_len && r->route[i] == want[i]) i++;"
CALL = """\
rg_guard *guard = rg_guard_new();
const rg_request request = {.route = "/quote", .route_len = 6, .payload_bytes = 4096, .kind = RG_QUOTE};
rg_reason reason;
rg_admit(guard, &request, &reason);        // true, reason == RG_OK
"""


class Project:
    """A contract, a header and a C file below one folder."""

    def __init__(self, root: Path) -> None:
        self.contract = root / "request_guard.contract.yaml"
        self.header = root / "include/request_guard.h"
        self.source = root / "src/guard.c"
        self.lines: dict[tuple[Path, int], str] = {}
        self.write(self.contract, {22: BUFFER, 38: PROMISE})
        self.write(self.header, {12: "  uint64_t payload_bytes;", 24: DECLARATION})
        self.write(self.source, {41: LOOP})

    def write(self, path: Path, lines: dict[int, str]) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(lines.get(number, "") + "\n" for number in range(1, max(lines) + 1)))
        self.lines |= {(path, number): line for number, line in lines.items()}

    def label(self, path: Path, line: int, words: str, text: str = "", *, nth: int = 0) -> Label:
        source = self.lines[path, line]
        at = -1
        for _ in range(nth + 1):
            at = source.index(words, at + 1)
        return Label(Span.at(path, line, at + 1, len(words)), text)

    @property
    def declaration(self) -> Label:
        return self.label(self.header, 24, "rg_admit")

    def broken_promise(self, library: str = "mine", build: str = "prebuilt") -> Finding:
        return Finding(
            Diagnostic(
                BROKEN,
                "`rg_admit` returned true where the contract says false",
                (
                    self.label(self.contract, 38, "result", "true"),
                    self.label(self.contract, 38, "request.payload_bytes < 4096", "false (4096 < 4096)"),
                    self.declaration,
                ),
                place="rg_admit:ensures[0]",
            ),
            function="rg_admit",
            phase="properties",
            library=library,
            builds=(build,),
            call=CALL,
            case="7f3a9c",
            found_after=12,
            repeats=(5, 5),
        )

    def memory_error(self, build: str, seen_by: str, *, lines: bool) -> Finding:
        labels = [
            self.label(self.contract, 22, "{to: bytes, length: route_len}", "6 bytes here (route_len = 6)")
        ]
        if lines:
            read = self.label(self.source, 41, "r->route[i]", "this read, 0 bytes after the end")
            labels.append(replace(read, own=True))
        return Finding(
            Diagnostic(
                PAST_END,
                "`rg_admit` read 1 byte past `request.route`",
                tuple(labels),
                help="bound the loop in `rg_admit`",
                place="request.route",
            ),
            function="rg_admit",
            phase="properties",
            library="c",
            builds=(build,),
            call=CALL,
            case="02be55",
            found_after=1,
            repeats=(5, 5),
            details={"seen_by": seen_by},
        )

    def unknown_name(self) -> Diagnostic:
        return Diagnostic(
            UNKNOWN_NAME,
            "`payload_byte` is not a field of `rg_request`",
            (
                self.label(self.contract, 38, "payload_byte", "did you mean `payload_bytes`?"),
                Label(Span.at(self.header.with_name("gone.h"), 12, 12)),
            ),
        )

    def started(self, libraries=("c", "rust"), builds=("release", "asan+ubsan")) -> RunStarted:
        return RunStarted("request_guard", str(self.contract), 6, libraries, builds, 8241)

    def finished(self, *groups: tuple[ItemFinished, ...], not_judged=(), interrupted=False) -> RunFinished:
        items = tuple(item for group in groups for item in group)
        return RunFinished(
            "request_guard", str(self.contract), 8241, items, not_judged, interrupted=interrupted
        )


def item(
    library: str, build: str, *, function="rg_admit", phase="properties", outcome=Outcome.PASSED, **rest
) -> ItemFinished:
    counts = {"cases": 100, "calls": 1040, "seconds": 0.31} if outcome is Outcome.PASSED else {}
    if outcome is Outcome.PASSED:
        own = () if "asan" in build else ("guard pages", "canaries")
        sanitizers = tuple(sorted({"asan", "ubsan", "tsan"} & {*build.split("+")}))
        counts["watched"] = (*own, "heap watcher", "call gate", *sanitizers)
    return ItemFinished(ItemId("request_guard", function, phase, library, build), outcome, **counts | rest)


def passed(
    library: str, build: str, functions=("rg_admit", "rg_batch", "rg_guard_new")
) -> tuple[ItemFinished, ...]:
    return tuple(
        item(library, build, function=function, phase=phase)
        for function in functions
        for phase in ("examples", "properties")
    )


def failed(*findings: Finding, calls=30) -> tuple[ItemFinished, ...]:
    first = findings[0]
    return (
        item(
            first.library,
            first.builds[0],
            function=first.function,
            phase=first.phase,
            outcome=Outcome.FAILED,
            cases=12,
            calls=calls,
            seconds=0.2,
            findings=findings,
        ),
    )


def not_run(
    library: str, build: str, reason: Diagnostic, outcome=Outcome.SKIPPED
) -> tuple[ItemFinished, ...]:
    return tuple(
        item(library, build, function=function, outcome=outcome, reasons=(reason,))
        for function in ("rg_admit", "rg_batch", "rg_guard_new")
    )


NO_CARGO = Diagnostic(TOOL_MISSING, "`cargo` was not found", help="install Rust from https://rustup.rs")
NO_BUILD = Diagnostic(
    BUILD_FAILED,
    "the build of `rust` ended with an error",
    notes=("error[E0425]: cannot find value `limit`\n  --> src/lib.rs:3:9",),
)
NO_TSAN = "thread_safe (no tsan build; `abidance doctor` says why)"
