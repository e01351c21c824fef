"""The rules: data that say which changes matter, to whom, and what to do. One file each, found by itself.

A rule matches an entity and some of its aspects. Its cases are tried in order, and the first whose traits are
there judges the change; the last has no conditions. A rule may end with the cases of a file whose name begins with
an underscore. ``verdict`` is what the gate goes by; ``binary``, ``source`` and ``contract`` say for whom it holds: for
linked programs, for recompiled code, and for callers that rely on the contract.
What breaks one of them is `breaking`.

The policy `no-change` gives every change the trait ``strict``. Some traits change what any case says: ``inline``
(callers have the body compiled in), ``sources-only`` and ``programs-only`` (what is compiled again gets another version
of the symbol than linked programs), ``unshown`` (a handle, of which no header says whether callers know its members),
``unreached`` (nothing that the header declares takes or gives the type), ``internal`` (the record is so by its name)
and ``private`` (the symbol's version is for the library's own use).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.abi.verdict import Verdict, mildest, worst
from abidance.core.codes import Code, Severity
from abidance.toolchain import cache_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.change import Change

_SEVERITY = {
    Verdict.BREAKING: Severity.ERROR,
    Verdict.UNKNOWN: Severity.ERROR,
    Verdict.RISKY: Severity.WARNING,
    Verdict.COMPATIBLE: Severity.NOTE,
}
_INLINE = (
    "existing callers have the body compiled in and keep working; recompiled code sees the new declaration"
)
_KEPT_VERSION = "linked programs keep the version that they ask for; for recompiled code"
_UNSHOWN = (
    "functions create and destroy these records, and no header shows whether callers know their members"
)
_SPARED = {
    "unreached": "no declaration here uses the type, so callers may not be concerned",
    "internal": "the record's name says that it is internal, so callers should not access its fields",
    "private": "the symbol's version says that it is private, so no caller should use it",
}


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One way in which a rule judges: where all of `when`, some of `any` and none of `unless` are there."""

    verdict: Verdict
    binary: Verdict
    source: Verdict
    contract: Verdict
    effect: str
    when: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    message: str = ""
    remedy: str = ""

    def fits(self, traits: frozenset[str]) -> bool:
        """Tell whether the case speaks of a change with these traits."""
        return self.when <= traits and not self.unless & traits and (not self.any or bool(self.any & traits))

    def seen_through(self, traits: frozenset[str]) -> RuleCase:
        """Return the case as it is where callers meet the change in a way that spares them some of it."""
        if "inline" in traits and self.binary is not Verdict.COMPATIBLE:
            return replace(
                self,
                verdict=worst((self.source, self.contract)),
                binary=Verdict.COMPATIBLE,
                effect=_INLINE,
            )
        if "sources-only" in traits:
            return replace(
                self,
                verdict=worst((self.source, self.contract)),
                binary=Verdict.COMPATIBLE,
                effect=f"{_KEPT_VERSION}; {self.effect}",
            )
        if "programs-only" in traits:
            return replace(self, verdict=self.binary, source=Verdict.COMPATIBLE, contract=Verdict.COMPATIBLE)
        spared = next((why for trait, why in _SPARED.items() if trait in traits), None)
        if spared and self.verdict is Verdict.BREAKING:
            return replace(
                self,
                verdict=Verdict.RISKY,
                binary=mildest((self.binary, Verdict.RISKY)),
                source=mildest((self.source, Verdict.RISKY)),
                contract=mildest((self.contract, Verdict.RISKY)),
                effect=f"{spared}; otherwise {self.effect}",
            )
        if "unshown" in traits and self.verdict is Verdict.BREAKING:
            return replace(
                self,
                verdict=Verdict.UNKNOWN,
                binary=_doubted(self.binary),
                source=_doubted(self.source),
                contract=_doubted(self.contract),
                effect=f"{_UNSHOWN}; if it does, {self.effect}",
                remedy="give the headers with `--old-header` and `--new-header`, which show what callers know",
            )
        return self


@dataclass(frozen=True, slots=True)
class AbiRule:
    """A rule by its stable code and name. Texts may name ``{subject}``, ``{old}``, ``{new}`` and ``{of}``."""

    code: str
    name: str
    title: str
    entities: tuple[str, ...]
    aspects: tuple[str, ...]
    message: str
    remedy: str
    explain: str
    cases: tuple[RuleCase, ...]
    formerly: tuple[str, ...] = ()

    def judge(self, change: Change) -> RuleCase:
        """Return the case that judges the change."""
        case = next(case for case in self.cases if case.fits(change.traits))
        return case.seen_through(change.traits)

    def shown_as(self, verdict: Verdict) -> Code:
        """Return the code as a finding of this verdict has it."""
        return Code(self.code, self.name, _SEVERITY[verdict], self.text(), self.formerly)

    def text(self) -> str:
        """Return the explanation as Markdown: what, when it is how harmful, what to do."""
        lines = [
            f"{self.title[0].upper()}{self.title[1:]}.",
            "",
            *self.explain.strip().splitlines(),
            "",
            "## Verdicts",
        ]
        for case in self.cases:
            axes = ", ".join(
                f"{axis} {verdict}"
                for axis, verdict in (
                    ("binary", case.binary),
                    ("source", case.source),
                    ("contract", case.contract),
                )
                if verdict is not Verdict.COMPATIBLE
            )
            where = _condition(case)
            lines.append(f"- {case.verdict}{f' ({axes})' if axes else ''}, {where}: {_plain(case.effect)}")
        return "\n".join([*lines, "", "## What to do", self.remedy or "Nothing.", ""])


def _doubted(verdict: Verdict) -> Verdict:
    return Verdict.UNKNOWN if verdict is Verdict.BREAKING else verdict


@functools.cache
def rules() -> tuple[AbiRule, ...]:
    """Return all rules, sorted by code."""
    texts = _texts()
    found = (_rule(name, text, texts) for name, text in texts.items() if not name.startswith("_"))
    return tuple(sorted(found, key=lambda rule: rule.code))


def _texts() -> dict[str, dict[str, Any]]:
    """Return what the rules' files say, by their names. To parse them takes as long as to compare two libraries."""
    place = cache_entries.place("rules", "rules", cache_entries.own_identity("abi/rules/*"))
    texts: dict[str, dict[str, Any]] | None = cache_entries.load(place)
    if texts is None:
        import tomllib  # noqa: PLC0415 - most runs parse none

        files = sorted(Path(__file__).parent.glob("*.toml"))
        texts = {each.stem: tomllib.loads(each.read_text(encoding="utf-8")) for each in files}
        cache_entries.save(place, texts)
    return texts


@functools.cache
def _table() -> dict[tuple[str, str], AbiRule]:
    return {(entity, aspect): rule for rule in rules() for entity in rule.entities for aspect in rule.aspects}


def rule_for(change: Change) -> AbiRule:
    """Return the rule that speaks of the change's entity and aspect; ``*`` is any aspect that no other rule has."""
    table = _table()
    return table.get((change.entity, change.aspect)) or table[change.entity, "*"]


def _rule(name: str, text: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> AbiRule:
    shared = text.get("cases_of")
    listed = [*text.get("case", ()), *(texts[shared]["case"] if shared else ())]
    match = text["match"]
    return AbiRule(
        code=text["code"],
        name=name,
        title=text["title"],
        entities=tuple(match["entities"]),
        aspects=tuple(match["aspects"]),
        message=text["message"],
        remedy=text.get("remedy", ""),
        explain=text.get("explain", ""),
        cases=tuple(_case(each) for each in listed),
        formerly=tuple(text.get("formerly", ())),
    )


def _case(text: Mapping[str, Any]) -> RuleCase:
    def axis(name: str) -> Verdict:
        return Verdict(text.get(name, Verdict.COMPATIBLE))

    return RuleCase(
        Verdict(text["verdict"]),
        axis("binary"),
        axis("source"),
        axis("contract"),
        text["effect"],
        frozenset(text.get("when", ())),
        frozenset(text.get("any", ())),
        frozenset(text.get("unless", ())),
        text.get("message", ""),
        text.get("remedy", ""),
    )


def _condition(case: RuleCase) -> str:
    parts = [" and ".join(f"`{each}`" for each in sorted(case.when))] if case.when else []
    parts += [" or ".join(f"`{each}`" for each in sorted(case.any))] if case.any else []
    parts += [f"not {' nor '.join(f'`{each}`' for each in sorted(case.unless))}"] if case.unless else []
    return f"where {', '.join(parts)}" if parts else "otherwise"


def _plain(text: str) -> str:
    for word in ("subject", "old", "new", "of"):
        text = text.replace(f"`{{{word}}}`", f"*{word}*").replace(f"{{{word}}}", f"*{word}*")
    return text
