"""What functions were accepted to cost: the file beside a contract, and the calls that it is about."""

from __future__ import annotations

import hashlib
import json
import platform
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.values_json import to_json
from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError, UsageError
from abidance.core.files import read_regular_text
from abidance.core.span import Span
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.contract.model import Contract
    from abidance.contract.model.cost import Cost

_FORMAT = "abidance costs 1"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Instructions by function, by library and build, and by the name of a call; each with what tells the call."""

    file: Path
    calls: Mapping[str, Mapping[str, Mapping[str, tuple[str, int]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract) -> Accepted:
        """Return what was accepted for a contract on this kind of machine; raises UsageError for another file."""
        machine = f"{platform.machine()}-{platform.system().lower()}"
        file = contract.path.parent / "costs" / f"{contract.boundary}.{machine}.costs.json"
        if not file.is_file():
            return cls(file)
        try:
            document = json.loads(read_regular_text(file))
            if document["format"] != _FORMAT:
                raise ValueError
            return cls(
                file,
                {
                    function: {
                        place: {
                            name: (str(known["call"]), int(known["instructions"]))
                            for name, known in calls.items()
                        }
                        for place, calls in places.items()
                    }
                    for function, places in document["functions"].items()
                },
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"`{file.name}` does not hold accepted costs",
                    (Label(Span.at(file, 1)),),
                    help=f"delete it, and run `abidance accept {contract.path.name}`",
                )
            ) from None

    def at(self, function: str, library: str, build: str) -> Mapping[str, tuple[str, int]]:
        """Return what was accepted of a function on one build of a library."""
        return self.calls.get(function, {}).get(f"{library} {build}", {})

    def text(self) -> str:
        """Return the file's text: sorted, one call a line, the same wherever it is written."""
        functions = {
            function: {
                place: {
                    name: {"call": call, "instructions": count}
                    for name, (call, count) in sorted(calls.items())
                }
                for place, calls in sorted(places.items())
            }
            for function, places in sorted(self.calls.items())
        }
        return json.dumps({"format": _FORMAT, "functions": functions}, indent=1) + "\n"


def accepted_calls(boundary: Boundary, function: BoundaryFunction) -> Iterator[tuple[str, Case]]:
    """Yield the calls whose instructions are accepted: the contract's examples, and the simplest valid call."""
    given = [(f"example {number}", example.given) for number, example in enumerate(function.examples, 1)]
    hints = Hints.of(boundary, function)
    for name, values in (*given, ("simplest", {})):
        with suppress(UnlawfulExampleError, EvaluationError, HookError):
            yield name, complete(boundary, function, values, hints)


def is_accepted(cost: Cost | None) -> bool:
    """Tell whether a function's instructions are held against what was accepted."""
    return cost is not None and cost.instructions is not None and bool(cost.instructions.accepted)


def digest(case: Case) -> str:
    """Return what tells a call from another one of the same function."""
    values = json.dumps(to_json(case.arguments), sort_keys=True)
    return hashlib.sha256(values.encode()).hexdigest()[:12]
