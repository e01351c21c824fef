"""From a contract file to pytest's nodes. Collecting builds, loads and runs nothing of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from abidance.contract.load import load_contract
from abidance.core.errors import AbidanceError
from abidance.pytest_plugin.judged import CouldNotJudgeError, FoundError
from abidance.pytest_plugin.session import selection, session, settings
from abidance.pytest_plugin.text import blocks, one_line
from abidance.run.items import list_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from abidance.contract.model import Contract
    from abidance.core.events import Event
    from abidance.run.items import Item


class ContractFile(pytest.File):
    """A `*.contract.yaml` file."""

    def collect(self) -> Iterator[FunctionNode]:
        """Yield a node for each function that has items, in the contract's order."""
        contract = load_contract(self.path)
        chosen = list_items(contract, selection(self.config), settings(self.config).builds)
        by_function: dict[str, list[Item]] = {name: [] for name in contract.functions}
        for item in chosen:
            by_function[item.id.function].append(item)
        for name, items in by_function.items():
            if items:
                yield FunctionNode.from_parent(self, name=name, contract=contract, items=items)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        """Show what is wrong with the contract, and nothing of our traceback."""
        if isinstance(excinfo.value, AbidanceError):
            return blocks(excinfo.value.diagnostics)
        return super().repr_failure(excinfo)


class FunctionNode(pytest.Collector):
    """One function of a contract."""

    def __init__(self, *, contract: Contract, items: list[Item], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contract = contract
        self.chosen = items

    def collect(self) -> Iterator[ContractItem]:
        """Yield an item for each phase and build."""
        for item in self.chosen:
            where = "-".join(part for part in (item.id.library, item.id.build) if part)
            name = f"{item.id.phase}[{where}]" if where else item.id.phase
            yield ContractItem.from_parent(self, name=name, contract=self.contract, chosen=item)


class ContractItem(pytest.Item):
    """One phase of one function on one build of one library."""

    def __init__(self, *, contract: Contract, chosen: Item, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contract = contract
        self.chosen = chosen
        self.add_marker("abidance")
        self.extra_keyword_matches.update(filter(None, (chosen.id.phase, chosen.id.library, chosen.id.build)))

    def setup(self) -> None:
        """Join contract and header, build the library and start its worker: what fails here is an error."""
        try:
            session(self.config).prepare(self.contract, self.chosen)
        except AbidanceError as error:
            if all(d.code.name == "tool-missing" for d in error.diagnostics):
                # The item's own place, as pytest.mark.skip gives it, instead of this line.
                raise pytest.skip.Exception(one_line(error.diagnostics), _use_item_location=True) from None
            raise CouldNotJudgeError(error.diagnostics) from None

    def runtest(self) -> None:
        """Judge the item; raises when something was found or it could not be judged."""
        result = session(self.config).run(self.contract, self.chosen, _ignore)
        self.user_properties += [
            ("abidance_boundary", self.chosen.id.boundary),
            ("abidance_function", self.chosen.id.function),
            ("abidance_phase", self.chosen.id.phase),
            ("abidance_library", self.chosen.id.library),
            ("abidance_build", self.chosen.id.build),
            ("abidance_cases", result.cases),
        ]
        for finding in result.findings:
            self.user_properties.append(("abidance_finding", f"{finding.diagnostic.code.id} {finding.case}".strip()))
        if result.findings:
            raise FoundError(result.findings)
        if result.reasons:
            raise CouldNotJudgeError(result.reasons)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the findings as the command line does, and nothing of our traceback."""
        if isinstance(excinfo.value, FoundError):
            return blocks(excinfo.value.findings)
        if isinstance(excinfo.value, AbidanceError):
            return blocks(excinfo.value.diagnostics)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Return the contract's line of the function, 0-based as pytest wants it."""
        return self.path, self.chosen.span.line - 1, f"{self.chosen.id}"


def _ignore(event: Event) -> None:
    """Drop progress: pytest shows its own."""


