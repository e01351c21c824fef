"""Which instruments are live on this machine: tried as in a run, on a library that does nothing."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.core.instruments import INSTRUMENTS
from abidance.execute.instrument_status import wanted
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.plan import Plan
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from abidance.core.instruments import Instrument

_SOURCE = "int abidance_nothing(void) { return 0; }\n"
_CALLS, _COSTS = ("lanes", "trap"), ("steps", "timer")
"""What x86-64 has beyond, in workers that watch what calls do, and in those that measure what they cost."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An instrument, and what it missed of a planted fault: nothing when it is live."""

    instrument: Instrument
    missed: str = ""


def tried_here(sanitizers: Iterable[str]) -> tuple[Tried, ...]:
    """Return the instruments of this machine, in the order of the table; `sanitizers` are those that work here.

    Without a compiler there are none, and nothing can be judged anyhow.
    """
    try:
        library = _library()
        found = dict(_tried(library, "")) | dict(_tried(library, "", costs=True))
    except AbidanceError as error:
        return tuple(Tried(each, error.diagnostics[0].message) for each in INSTRUMENTS[:1])
    for sanitizer in sanitizers:
        found |= {key: why for key, why in _tried(library, sanitizer) if key == sanitizer}
    return tuple(Tried(each, found[each.key]) for each in INSTRUMENTS if each.key in found)


def _tried(library: Path, sanitizer: str, *, costs: bool = False) -> Iterator[tuple[str, str]]:
    runtime = runtime_of(find_compiler(), sanitizer) if sanitizer else None
    if sanitizer and runtime is None:
        return
    names = frozenset(filter(None, [sanitizer]))
    spec = WorkerSpec.of(
        Artifact("nothing", "release", library, library, names, (runtime,) if runtime else ())
    )
    if costs:
        spec = replace(spec, counted=False)
    beyond = _COSTS if costs else _CALLS
    asked = wanted(spec) | frozenset(beyond if platform.machine() in ("x86_64", "AMD64") else ())
    try:
        with Supervisor(spec) as supervisor:
            supervisor.run(Plan((), (), ()))
            proofs = supervisor.proofs
    except AbidanceError as error:
        yield from ((key, error.diagnostics[0].message) for key in asked)
        return
    missed = dict(proofs.missing) if proofs else {}
    for key in asked:
        live = proofs is not None and key in proofs.live
        yield key, "" if live else missed.get(key, "it was not tried")


def _library() -> Path:
    compiler = find_compiler()

    def build(output: Path) -> None:
        source = output.with_suffix(".c")
        source.write_text(_SOURCE, encoding="ascii")
        compiler.compile_shared([source], output)
        source.unlink()

    return cached_shared_object("abidance_nothing", (_SOURCE, compiler.identity), build)
