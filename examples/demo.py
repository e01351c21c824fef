"""`make demo`: sound libraries pass, defective ones are found, a well-known one is held to a contract."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BUILD = ROOT / "build" / "native_fixtures"
GUARD = "examples/01-request-guard/request_guard.contract.yaml"
FLOW = "examples/04-high-throughput-service/flow_control.contract.yaml"
UNDER_LOAD = {
    "take_forgets_other_threads": (
        "Right on one thread; two get the same tokens",
        "fc_bucket_take",
        "threads",
    ),
    "push_allocates": ("Quick in a test; allocates for every job", "fc_ring_push", "properties"),
    "take_waits_for_its_turn": ("Quick on one thread; a lock convoy on two", "fc_bucket_take", "cost"),
}
TWINS = ("admit_limit_off_by_one", "route_read_past_end", "rust_field_order_drifted")


def show(title: str, *command: str) -> int:
    """Print what is run, run it, and return its exit status."""
    print(f"\n\033[1m# {title}\033[0m" if sys.stdout.isatty() else f"\n# {title}")
    print(f"$ {shlex.join(command)}", flush=True)
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False).returncode


def build_twins() -> None:
    """Build the defective twins; the build's own words are shown only when it fails."""
    for command in (
        ["cmake", "-S", "native_fixtures", "-B", str(BUILD), "-G", "Ninja"],
        ["cmake", "--build", str(BUILD)],
    ):
        done = subprocess.run(
            [str(BIN / command[0]), f"-DCMAKE_MAKE_PROGRAM={BIN / 'ninja'}", *command[1:]]
            if command[1] == "-S"
            else [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)


def main() -> int:
    """Run the demonstration; the exit status tells whether it went as it should."""
    sound = show("A C library and its Rust replacement, one contract", "abidance", "run", "-j", "2", GUARD)
    build_twins()
    found = []
    for twin in TWINS:
        library = BUILD / "lib" / f"lib{twin}.so"
        if library.exists():
            given = f"{twin}={library.relative_to(ROOT)}"
            title = "The same contract, a library with one defect"
            found.append(show(title, "abidance", "run", "-j", "2", GUARD, "--library", given))
    under_load = []
    for twin, (title, function, phase) in UNDER_LOAD.items():
        library = BUILD / "lib" / f"lib{twin}.so"
        given = ["--library", f"{twin}={library.relative_to(ROOT)}", "--function", function, "--phase", phase]
        under_load.append(show(title, "abidance", "run", FLOW, *given))
    # Streams take longer than the rest together; `pytest contracts/` runs them too.
    functions = ["--function", "*compress*", "--function", "*32*"]
    zlib = "contracts/zlib.contract.yaml"
    real = show("A library that you have: zlib", "abidance", "run", "-j", "2", zlib, *functions)
    print(
        "\nNext:\n"
        "  .venv/bin/abidance explain ABD312      what a rule means and what it cannot see\n"
        "  .venv/bin/abidance doctor              what this machine can judge\n"
        "  .venv/bin/pytest contracts/            the same through pytest\n"
        "  docs/tutorial/                         add the plugin, write a contract, gate a merge, decide what to move"
    )
    # 3 is said when there is no cargo: the Rust half was not run, and everything else was as it should be.
    # On a machine that is busy, what threads cost is not judged either.
    return 0 if sound in (0, 3) and {*found} == {1} and {*under_load} <= {1, 3} and real == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
