"""From a contract file to pytest's nodes. Collecting builds, loads and runs nothing of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from abidance.contract.load import load_contract
from abidance.core.diagnostic import Finding
from abidance.core.errors import AbidanceError
from abidance.core.outcome import Outcome
from abidance.pytest_plugin.effort import CASES, EDGES, EXECUTIONS
from abidance.pytest_plugin.item_reports import CouldNotJudgeError, FindingsError, internal_errors_reported
from abidance.pytest_plugin.options import selection, settings
from abidance.pytest_plugin.stash import SESSION, SHOWN
from abidance.pytest_plugin.text import blocks, one_line, reference, shown
from abidance.pytest_plugin.vacuous_promises import GAPS, SUPPRESSED, UNSEEN, WATCHED, as_property
from abidance.report.record import unseen
from abidance.report.text.block import headline
from abidance.run.engine.items import check_names, list_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from _pytest._code.code import TerminalRepr

    from abidance.contract.model import Contract
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import Event, ItemFinished
    from abidance.pytest_plugin.properties import Property
    from abidance.pytest_plugin.text import Subject
    from abidance.run.engine.items import Item


class ContractFile(pytest.File):
    """A `*.contract.yaml` file."""

    def collect(self) -> Iterable[FunctionNode]:
        """Return a node for each function that has items, in the contract's order."""
        with internal_errors_reported(self.config.rootpath):
            contract = load_contract(self.path)
            chosen = selection(self.config)
            check_names(contract, chosen)
            asked = settings(self.config)
            items = list_items(contract, chosen, asked.builds, asked.explore)
        # The library is loaded first: what cannot be loaded is reported there, and not of each function.
        names = (str(contract.boundary), *contract.functions)
        by_function: dict[str, list[Item]] = {name: [] for name in names}
        for item in items:
            by_function.setdefault(item.id.function, []).append(item)
        return [
            FunctionNode.from_parent(self, name=name, contract=contract, items=those)
            for name, those in by_function.items()
            if those
        ]

    def teardown(self) -> None:
        """End the contract's workers, so that a project of many contracts does not keep those of all."""
        running = self.config.stash.get(SESSION, None)
        if running is not None:
            running.rest()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        """Show what is wrong with the contract, and nothing of our traceback."""
        if isinstance(excinfo.value, AbidanceError):
            diagnostics = excinfo.value.diagnostics
            return shown(excinfo, diagnostics, blocks(diagnostics))
        return super().repr_failure(excinfo, *arguments)


class FunctionNode(pytest.Class):
    """One function of a contract: a class to pytest, because editors show no other level between file and test."""

    def __init__(self, *, contract: Contract, items: list[Item], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contract = contract
        self.chosen = items
        promise = contract.functions.get(self.name)
        # Plugins read and write attributes of what a class node stands for.
        self.obj = type(self.name, (), {"__doc__": promise.summary if promise else None})

    def collect(self) -> Iterable[ContractItem]:
        """Return an item for each phase and build."""
        return [self._item(item, name_of(item)) for item in self.chosen]

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Return the contract's line of the function, 0-based as pytest wants it."""
        return self.path, self.chosen[0].span.line - 1, self.name

    def _item(self, chosen: Item, name: str) -> ContractItem:
        # pytest 9 parses ids when it reads those of the last failures back, and takes `[...]` for parameters.
        # Given as text, an item's id is parsed too, and found again.
        item: ContractItem = ContractItem.from_parent(
            self, name=name, nodeid=f"{self.nodeid}::{name}", contract=self.contract, chosen=chosen
        )
        return item


class ContractItem(pytest.Item):
    """One phase of one function on one build of one library."""

    def __init__(self, *, contract: Contract, chosen: Item, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contract = contract
        self.chosen = chosen
        self.properties: list[Property] = []
        self.add_marker("abidance")
        self.extra_keyword_matches.update(filter(None, (chosen.id.phase, chosen.id.library, chosen.id.build)))
        for name in ("boundary", "function", "phase", "library", "build"):
            if value := getattr(chosen.id, name):
                self.properties.append((f"abidance_{name}", value))

    def setup(self) -> None:
        """Join contract and header, build the library and start its worker: what fails here is an error."""
        if self.config.getoption("setupplan", default=False):
            return
        from abidance.pytest_plugin.session import session  # noqa: PLC0415 - collecting needs none of it

        with internal_errors_reported(self.config.rootpath):
            try:
                session(self.config).prepare(self.contract, self.chosen)
            except AbidanceError as error:
                if all(diagnostic.code.name == "tool-missing" for diagnostic in error.diagnostics):
                    self._skip(error.diagnostics)
                raise CouldNotJudgeError(*error.diagnostics) from None

    def runtest(self) -> None:
        """Judge the item; raises when something was found or it could not be judged."""
        from abidance.pytest_plugin.session import session  # noqa: PLC0415
        from abidance.pytest_plugin.statistics import noting_statistics  # noqa: PLC0415
        from abidance.pytest_plugin.stored_run import keep  # noqa: PLC0415

        with internal_errors_reported(self.config.rootpath), noting_statistics(self):
            result = session(self.config).run(self.contract, self.chosen, _ignore)
            keep(self.config, self.contract, result)
        self.properties.append((CASES, result.cases))
        if result.explored is not None:
            self.properties.append((EXECUTIONS, result.explored.executions))
            self.properties.append((EDGES, result.explored.edges))
        if result.gaps or result.tested:
            self.properties.append((GAPS, as_property(result)))
        if result.watched:
            self.properties.append((WATCHED, ", ".join(result.watched)))
        for sentence in unseen([result]):
            self.properties.append((UNSEEN, sentence))
        for finding, why in result.suppressed:
            words = f"suppressed: {headline(finding.diagnostic)}: {' '.join(why.split())}"
            self.properties.append((SUPPRESSED, words))
        for finding in result.findings:
            words = f"{finding.diagnostic.code.id} {finding.case}".strip()
            self.properties.append(("abidance_finding", words))
        match result.outcome:
            case Outcome.FAILED:
                raise FindingsError(result.findings, result.reasons)
            case Outcome.ERRORED:
                raise CouldNotJudgeError(*result.reasons)
            case Outcome.SKIPPED:
                self._skip(result.reasons)
            case Outcome.SUPPRESSED:
                raise pytest.xfail.Exception("; ".join(dict.fromkeys(_why(result))))
            case Outcome.PASSED:
                pass

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the findings as the command line does, and nothing of our traceback."""
        match excinfo.value:
            case FindingsError() as found:
                subjects: list[Subject] = [*found.findings, *found.reasons]
                return shown(excinfo, subjects, "\n\n".join(map(self._block_or_reference, subjects)))
            case AbidanceError() as error:
                return self._reasons(excinfo, error.diagnostics)
            case _:
                return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Return the contract's line of the function, 0-based as pytest wants it."""
        return self.path, self.chosen.span.line - 1, str(self.chosen.id)

    def _reasons(
        self, excinfo: pytest.ExceptionInfo[BaseException], diagnostics: tuple[Diagnostic, ...]
    ) -> TerminalRepr:
        """Show each reason in full once: a build that fails is the reason of all items of its library."""
        return shown(excinfo, diagnostics, "\n\n".join(map(self._block_or_reference, diagnostics)))

    def _block_or_reference(self, subject: Subject) -> str:
        """Return a block, or a line for what an earlier item was shown for: one fault is met on every build."""
        places = self.config.stash.setdefault(SHOWN, {})
        key = (str(self.path), *subject.key) if isinstance(subject, Finding) else subject
        place = places.setdefault(key, self.nodeid)
        return blocks([subject]) if place == self.nodeid else reference(subject, place)

    def _skip(self, reasons: tuple[Diagnostic, ...]) -> None:
        # The item's own place, as pytest.mark.skip gives it, instead of this line.
        raise pytest.skip.Exception(one_line(reasons), _use_item_location=True)


def name_of(item: Item) -> str:
    """Return the item's part of the node id."""
    where = "-".join(part for part in (item.id.library, item.id.build) if part)
    return f"{item.id.phase}[{where}]" if where else item.id.phase


def _why(result: ItemFinished) -> Iterator[str]:
    """Yield the codes that the contract makes exceptions of, each with its reason."""
    for finding, why in result.suppressed:
        yield f"{finding.diagnostic.code.id}: {' '.join(why.split())}"


def _ignore(event: Event) -> None:
    """Drop progress: pytest shows its own."""
