"""`init --observe`: calls a library in fenced workers, and gives the drafting what was seen."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.draft.handle_pairs import find_handles
from abidance.draft.harm import obstacle
from abidance.draft.observation.conclusions import handle_seen, left_out, take_in, types_seen
from abidance.draft.observation.observing import observe_library
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.header.layouts import layouts_of
from abidance.report.text.wording import count
from abidance.toolchain.probe import ProbeRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.draft.model import Guess, HandleDraft, LeftOut, PlaceDraft, TypeDraft
    from abidance.draft.observation.observing import LibraryObservation
    from abidance.draft.views import HeaderView
    from abidance.ir.declarations import Declarations
    from abidance.toolchain.library import Artifact

_LISTED = 6


@dataclass(frozen=True, slots=True)
class Observations:
    """What was seen of a library, as evidence for a draft."""

    facts: LibraryObservation

    def take_in(self, function: str, places: dict[str, PlaceDraft], own: list[Guess]) -> None:
        """Put what was seen of a function to what is known of its places, and of itself."""
        seen, subject = self.facts.functions.get(function), self.facts.subjects.get(function)
        if seen is not None and subject is not None:
            take_in(seen, subject, places, own)

    def handle(self, handle: HandleDraft) -> HandleDraft:
        """Return the draft of a handle with what was seen of it."""
        return handle_seen(handle, self.facts)

    def types(self) -> tuple[TypeDraft, ...]:
        """Return the records whose pointers were followed."""
        return tuple(types_seen(self.facts))

    def left_out(self, function: str) -> LeftOut | None:
        """Return why a function should not be called by the contract either, from what it did."""
        seen = self.facts.functions.get(function)
        return None if seen is None else left_out(seen, self.facts.subjects[function], self.facts)

    def notes(self) -> tuple[str, ...]:
        """Return what was called, and what was not and why, each as a sentence or two."""
        called = sum(each.calls > 0 for each in self.facts.functions.values())
        lines = [
            f"Observed: {count(self.facts.calls, 'call')} of {count(called, 'function')}, in workers that may crash."
        ]
        given_up = [(name, each.why) for name, each in self.facts.functions.items() if each.why]
        reasons: dict[str, list[str]] = {}
        for name, why in (*((each.function, each.why) for each in self.facts.uncalled), *given_up):
            reasons.setdefault(why, []).append(name)
        lines += [
            f"Not observed, or not wholly, because {why}: {_listed(names)}." for why, names in reasons.items()
        ]
        return tuple(lines)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def observe(
    header: HeaderView, artifact: Artifact, *, everything: bool, told: Callable[[str], None]
) -> Observations:
    """Call the functions of a header in a library and return what was seen.

    With `everything`, functions that may do harm are called as well. `told` is given what is done
    before each is called.
    Raises CannotJudgeError where the library cannot be loaded, or no access can be traced.
    """
    header = replace(header, handles=find_handles(header))
    source, declarations = header.source, header.declarations
    names = [each for each in header.functions if source.exported(declarations.functions[each].symbol)]
    layouts = layouts_of(
        declarations,
        ProbeRequest(functions=tuple(names), constants=_enumerators(declarations)),
        header=source.header.absolute(),
        include_dirs=source.include_dirs,
        defines=source.defines,
        compiler=source.compiler,
    )

    def refuse(function: str) -> str:
        found = None if everything else obstacle(header.view(function))
        return found.evidence.text if found is not None and found.harm else ""

    with tempfile.TemporaryDirectory(prefix="abidance-observe-") as place:
        spec = replace(WorkerSpec.of(artifact), fenced=True, directory=Path(place))
        with Supervisor(spec) as supervisor:
            return Observations(observe_library(supervisor, declarations, layouts, names, refuse, told))


def _enumerators(declarations: Declarations) -> tuple[str, ...]:
    return tuple(each.name for enum in declarations.enums.values() for each in enum.enumerators)
