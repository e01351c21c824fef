"""A draft held against what contracts can say: functions that could not be called are left out, with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from abidance.draft.rendering import render

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic
    from abidance.draft.model import Draft


def mistakes(draft: Draft, path: Path) -> dict[str, str]:
    """Return the functions of which a contract at `path` could not say what the draft does, each with the reason.

    Raises UsageError for what is wrong with the header or the contract as a whole.
    """
    text = render(draft)
    try:
        boundary = join(load_text(text, path), stubs=False)
    except UsageError as error:
        found = _by_function(draft, text, path, error.diagnostics)
        if not found:
            raise
        return found
    return {
        name: function.refused[0].message if function.refused else function.mismatches[0].message
        for name, function in boundary.functions.items()
        if function.refused or function.mismatches
    }


def _by_function(draft: Draft, text: str, path: Path, diagnostics: tuple[Diagnostic, ...]) -> dict[str, str]:
    """Return the functions in whose lines the mistakes are; a mistake in a handle is that of its creators."""
    names = {each.name for each in draft.functions}
    created = {each.name: each for each in draft.handles}
    owners: list[str] = []
    owner = ""
    for line in text.splitlines():
        if line.startswith("  ") and not line.startswith("   ") and ":" in line:
            owner = line.strip().partition(":")[0].strip("'")
        owners.append(owner)
    found: dict[str, str] = {}
    for each in diagnostics:
        own = [
            label.span for label in each.labels if label.span.path == path and label.span.line <= len(owners)
        ]
        if not own:
            # What a record of the header brings with it is told at the header's lines, with the function's name.
            said = " ".join([each.message, *(label.text for label in each.labels)])
            found |= {name: each.message for name in re.findall(r"`(\w+)`", said) if name in names}
            continue
        owner = owners[own[0].line - 1]
        if owner in names:
            found.setdefault(owner, each.message)
        elif owner in created:
            listed = created[owner].get("create")
            creators = listed.value if listed is not None else ()
            for name in creators if isinstance(creators, tuple) else (creators,):
                found.setdefault(str(name), each.message)
    return found
