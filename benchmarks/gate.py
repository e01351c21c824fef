"""The ABI gate on libraries with debug information, in CPU time and beside abidiff."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.board import Board, Effort

GATE = "import sys; from abidance.cli.main import main; sys.exit(main(['abi', 'diff', *sys.argv[1:]]))"
FOUND = 1
OLD_KNOWN = "OLD known"  # as for a gate that holds every merge against one release
# Started by a small process: the peak of a child begins with that of the process that forked it.
LAUNCHER = """\
import json, os, sys
quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(child, 0)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""
MODULE = """\
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include "large.h"
struct inner_@ { struct inner_@ *next; void *owner; char name[24]; struct stat seen; pthread_mutex_t lock; };
struct table_@ { struct inner_@ *slots[16]; int (*hash)(const struct inner_@ *at); unsigned used; FILE *log; };
static struct table_@ table_@;
static int look_@(const struct inner_@ *at, int depth) {
  struct tm when;
  time_t now = time(NULL);
  return at && depth ? look_@(at->next, depth - 1) : gmtime_r(&now, &when) ? when.tm_year : errno;
}
static int slot_@(const struct inner_@ *at) { return (int)(strlen(at->name) % 16); }
int module_@_open(struct module_@ *m, const char *name, enum kind_@ kind) {
  struct inner_@ *made = calloc(1, sizeof *made);
  if (made == NULL) return -1;
  table_@.hash = slot_@;
  strncpy(made->name, name, sizeof made->name - 1);
  table_@.slots[slot_@(made)] = made;
  m->kind = kind;
  return 0;
}
long module_@_read(struct module_@ *m, void *to, unsigned long length, struct shared_large *how) {
  return m && to && how ? (long)length : look_@(table_@.slots[0], 3);
}
int module_@_each(struct module_@ *m, int (*call)(void *with, const struct module_@ *m), void *with) {
  return call(with, m);
}
void module_@_close(struct module_@ *m) { m->size = 0; }
"""
HEADER = """\
enum kind_@ { KIND_@_NONE, KIND_@_SOME = 4, KIND_@_ALL };
struct module_@ {
  unsigned long size;
  enum kind_@ kind;
  struct module_@ *next;
  union { int number; double real; } value;
};
int module_@_open(struct module_@ *m, const char *name, enum kind_@ kind);
long module_@_read(struct module_@ *m, void *to, unsigned long length, struct shared_large *how);
int module_@_each(struct module_@ *m, int (*call)(void *with, const struct module_@ *m), void *with);
void module_@_close(struct module_@ *m);
"""
CONTRACT = """\
struct shared_large;
struct module_00;
enum kind_00 { KIND_00_NONE, KIND_00_SOME = 4, KIND_00_ALL };
int module_00_open(struct module_00 *m, const char *name, enum kind_00 kind);
void module_00_close(struct module_00 *m);
"""


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    megabytes: float
    status: int


def measure(board: Board, effort: Effort, place: Path) -> None:
    units = max(200 * effort.functions // 100, 20)
    board.title(f"`abidance abi diff` of two versions of a library of {units} units, CPU time")
    small = [library(place / f"small-{version}", units // 10, version) for version in ("old", "new")]
    large = [library(place / f"large-{version}", units, version) for version in ("old", "new")]
    ours = {known: best(gate(*large), effort, place, before) for known, before in befores(*large).items()}
    for known, cost_ in ours.items():
        assert cost_.status == FOUND, "the gate does not find the field that was inserted"
        board.figure(f"abidance, {known}", cost_.seconds, " s", f"{cost_.megabytes:.0f} MB")
    header = place / "contract.h"
    header.write_text(CONTRACT, encoding="utf-8")
    options = (f"--old-header={header}", f"--new-header={header}")
    narrow: list[Cost] = []
    for name, pair in (("a tenth of it", small), ("all of it", large)):
        for known, before in befores(*pair, *options).items():
            cost_ = best(gate(*pair, *options), effort, place, before)
            board.figure(
                f"two functions of {name}, {known}", cost_.seconds, " s", f"{cost_.megabytes:.0f} MB"
            )
            if (
                known == OLD_KNOWN
            ):  # the header is known then, and a library is read: that is what is asked here
                narrow.append(cost_)
    ratio = narrow[1].seconds / narrow[0].seconds
    board.below("gate: the same header against ten times the library", ratio, 1.2, "")
    abidiff = shutil.which("abidiff")
    if abidiff is None:
        board.figure("abidiff is not installed", 0, " s")
        return
    theirs = best((abidiff, *map(str, large)), effort, place)
    board.figure("abidiff, which keeps nothing", theirs.seconds, " s", f"{theirs.megabytes:.0f} MB")
    for known, cost_ in ours.items():
        name = f"gate: CPU time against abidiff, {known}"
        board.below(name, cost_.seconds / theirs.seconds, 0.2, "")
    most = max(cost_.megabytes for cost_ in ours.values())
    board.below(f"gate: memory against abidiff, {units} units", most / theirs.megabytes, 1.0, "")


def befores(old: Path, new: Path, *options: str) -> dict[str, tuple[str, ...] | None]:
    """Return, by what is known then, which comparison is made before the one that is measured, in the same cache."""
    return {
        "nothing known": None,
        OLD_KNOWN: gate(old, old, *options),
        "both known": gate(old, new, *options),
    }


def library(place: Path, units: int, version: str) -> Path:
    """Build a library of many units, each with types of its own and all with those of one header."""
    place.mkdir()
    numbers = [f"{number:02}" for number in range(units)]
    fields = "".join(f"  struct {{ int a; long b[{number}]; }} part_{number};\n" for number in range(1, 30))
    more = "  int more;\n" if version == "new" else ""
    header = f"struct shared_large {{\n{more}{fields}}};\n" + "".join(
        HEADER.replace("@", each) for each in numbers
    )
    (place / "large.h").write_text(header, encoding="utf-8")
    for each in numbers:
        (place / f"unit_{each}.c").write_text(MODULE.replace("@", each), encoding="utf-8")
    output = place / "liblarge.so"
    made = find_compiler().compile_shared(sorted(place.glob("*.c")), output, ("-g", "-O1"))
    assert made.ok, made.words
    return output


def gate(*arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-c", GATE, *map(str, arguments))


def best(
    command: tuple[str, ...], effort: Effort, place: Path, before: tuple[str, ...] | None = None
) -> Cost:
    """Return the least of several runs, of user and system time together. Each has a cache of its own."""

    def once() -> Cost:
        with tempfile.TemporaryDirectory(dir=place) as cache:
            for each in (before, before) if before is not None else ():  # what is met twice is kept
                cost(each, cache)
            return cost(command, cache)

    return min((once() for _ in range(min(effort.repeats, 5))), key=lambda each: each.seconds)


def cost(command: tuple[str, ...], cache: str) -> Cost:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "ABIDANCE_CACHE_DIR": cache,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what users do not set
    ran = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, *command],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return Cost(*json.loads(ran.stdout))
