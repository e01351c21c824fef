"""The outcome of an item of which findings are suppressed, and suppressions that suppress nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.gate.suppressions import today_here
from abidance.core.catalogue import SEARCH_STOPPED, UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.events import ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.run.engine.items import list_items
from abidance.run.inputs.suppressions import listed, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.abi.gate.suppressions import SuppressionRule
    from abidance.contract.model import Contract
    from abidance.core.span import Span
    from abidance.run.inputs.deadline import Deadline
    from abidance.run.inputs.settings import Settings

PHASE = "suppressions"


def with_suppressed(contract: Contract, item: ItemFinished) -> ItemFinished:
    """Return an item that ended, with what the contract makes an exception of set apart."""
    if not item.findings or not contract.suppressions:
        return item
    known = listed(contract)
    judged = [(finding, reason(known, finding.diagnostic, finding.function)) for finding in item.findings]
    hidden = tuple((finding, why) for finding, why in judged if why)
    if not hidden:
        return item
    left = tuple(finding for finding, why in judged if not why)
    outcome = item.outcome
    if outcome is Outcome.FAILED and not left:
        outcome = Outcome.ERRORED if item.reasons else Outcome.SUPPRESSED
    return replace(item, findings=left, suppressed=hidden, outcome=outcome)


def searched(item: ItemFinished, deadline: Deadline | None = None) -> ItemFinished:
    """Return an item that ended; it is not judged where nothing fails it and what may was not looked for."""
    beyond = item.beyond
    if beyond is None or beyond.judges or item.outcome is Outcome.FAILED:
        return item
    if deadline is not None and deadline.words in beyond.stopped:
        # With little time few calls are valid, or none: that says nothing about the contract.
        item = replace(item, reasons=tuple(each for each in item.reasons if each.code != UNSATISFIABLE))
        help_text = "give the run more time, or fewer items"
    elif item.outcome not in (Outcome.PASSED, Outcome.SUPPRESSED):
        return item
    else:
        help_text = "fix what ends the process, or narrow the contract to calls that return"
    reason = Diagnostic(
        SEARCH_STOPPED,
        f"`{item.item.function}` was not judged in phase `{item.item.phase}`: {beyond.words}",
        (Label(item.span),) if item.span else (),
        notes=tuple(f"suppressed: {each.diagnostic.message}" for each, _ in item.suppressed),
        help=help_text,
    )
    return replace(item, outcome=Outcome.ERRORED, reasons=(*item.reasons, reason))


def needless(contract: Contract, items: Sequence[ItemFinished], settings: Settings) -> Iterator[ItemFinished]:
    """Yield an item with the suppressions whose day has come, or that suppress nothing; no item where there are none.

    One is unused only when every item that it might match was judged: a selection of phases proves nothing.
    """
    known = listed(contract)
    if not known:
        return
    today = today_here()
    judged = {item.item for item in items if item.judged or not item.applies}
    whole = list_items(contract, builds=settings.builds, explore=settings.explore)
    found: list[Diagnostic] = []
    for each in known:
        of_it = [one.id for one in whole if each.fits_subject(one.id.function)]
        if each.has_ended(today):
            found.append(each.expired)
        elif not _used(each, items) and of_it and judged.issuperset(of_it):
            found.append(each.unused)
    if found:
        yield of_suppressions(str(contract.boundary), found, contract.key_span("suppressions"))


def of_suppressions(boundary: str, found: Iterable[Diagnostic], span: Span | None) -> ItemFinished:
    """Return the item with what is wrong with suppressions."""
    findings = tuple(Finding(each, boundary, PHASE, "", ()) for each in found)
    return ItemFinished(ItemId(boundary, boundary, PHASE), Outcome.FAILED, span=span, findings=findings)


def unneeded(
    contract: Contract, items: Sequence[ItemFinished], settings: Settings
) -> Iterator[tuple[Diagnostic, tuple[ItemId, ...]]]:
    """Yield the suppressions that `items`, a share of all, did not need, with all items that they might match."""
    whole = list_items(contract, builds=settings.builds, explore=settings.explore)
    for each in listed(contract):
        of_it = tuple(one.id for one in whole if each.fits_subject(one.id.function))
        if of_it and not each.has_ended(today_here()) and not _used(each, items):
            yield each.unused, of_it


def _used(suppression: SuppressionRule, items: Iterable[ItemFinished]) -> bool:
    return any(
        suppression.fits(finding.diagnostic.code, name)
        for item in items
        for finding, _ in item.suppressed
        for name in (finding.function, finding.subject)
    )
