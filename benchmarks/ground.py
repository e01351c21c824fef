"""A folder with a library, its header and its contract, and a session that runs the contract's items."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.toolchain.builds import parse_build
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.runtimes import runtime_of, try_preload

if TYPE_CHECKING:
    from abidance.contract.model import Contract
    from abidance.core.events import ItemFinished, Listener
    from abidance.run.engine.items import Item

SUBJECTS = Path(__file__).with_name("subjects")


@dataclass(slots=True)
class Ground:
    """One contract over prebuilt libraries, by the name of the build they stand for."""

    contract: Contract
    session: Session
    items: tuple[Item, ...]

    @classmethod
    def of(
        cls,
        subject: str,
        place: Path,
        builds: tuple[str, ...],
        phases: tuple[str, ...] = ("properties",),
        names: tuple[str, ...] = (),
    ) -> Ground:
        """Copy a subject of `subjects/`, compile it, and make a session for it; builds may have other `names`."""
        for file in SUBJECTS.glob(f"{subject}.*"):
            shutil.copy(file, place)
        compiled = [compile_library(place / f"{subject}.c", build) for build in builds]
        libraries = dict(zip(names or builds, compiled, strict=True))
        contract = load_contract(place / f"{subject}.contract.yaml")
        settings = Settings(root=place, time_limit=5.0)
        chosen = Selection(extra=tuple(libraries.items()), phases=phases)
        return cls(contract, Session(settings, libraries), list_items(contract, chosen))

    def item(self, function: str, build: str, phase: str = "properties") -> Item:
        asked = (function, build, phase)
        return next(i for i in self.items if (i.id.function, i.id.library, i.id.phase) == asked)

    def run(self, item: Item, listener: Listener = lambda _: None) -> ItemFinished:
        finished = self.session.run(self.contract, item, listener)
        assert not finished.reasons, finished.reasons
        return finished


def compile_library(source: Path, build: str) -> Path:
    compiler, how = find_compiler(), parse_build(build)
    output = source.with_name(f"lib{source.stem}-{build}.so")
    flags = (*how.compile_flags(compiler.family), *how.link_flags(compiler.family))
    made = compiler.compile_shared([source], output, flags)
    assert made.ok, made.words
    return output


def sanitized_too(*sanitizers: str) -> tuple[str, ...]:
    """Return `release`, and those builds with a sanitizer whose runtime works here."""
    found = ((each, runtime_of(find_compiler(), each)) for each in sanitizers)
    return (
        "release",
        *(each for each, runtime in found if runtime is not None and try_preload(runtime).works),
    )
