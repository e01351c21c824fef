"""Calls of a trace, put into the contract as examples that every run tries first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.contract.source.files import read_text
from abidance.contract.source.insertion import NewValue, add_item

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.traces import Traced

_REMARK = "traced"


@dataclass(frozen=True, slots=True)
class ChangedContract:
    """What one of a contract's files is to hold from now on."""

    file: Path
    before: str
    after: str


def with_examples(contract: Path, trace: Traced) -> tuple[ChangedContract, ...]:
    """Return the files of a contract with the sampled calls as examples; nothing is written.

    A call that is there already is not added. Raises UsageError where the text of a contract cannot be added to.
    """
    functions = load_contract(contract).functions
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    for traced in trace.functions:
        if traced.name not in functions:
            continue
        file = functions[traced.name].span.path
        text = after.get(file) or before.setdefault(file, read_text(file))
        for example in traced.examples:
            if f"- {example}" not in text:
                value = NewValue(example, (f"{example}  # {_REMARK}",))
                text = add_item(text, file, ("functions", traced.name, "examples"), value)
        after[file] = text
    load_contract(contract, after)  # raises what is wrong with it
    return tuple(
        ChangedContract(file, text, after[file]) for file, text in before.items() if after[file] != text
    )
