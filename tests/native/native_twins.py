from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "native_fixtures"
CONTRACT = ROOT / "examples/01-request-guard/request_guard.contract.yaml"


@dataclass(frozen=True)
class Twin:
    """One fixture as its fixture.toml describes it."""

    name: str
    language: str
    kind: str
    facts: dict

    def expected(self, build):
        """Return the codes that must fire, those of which one must, and those that may."""
        codes = set(self.facts.get("codes", {}).get(build, ()))
        any_of = set(self.facts.get("any", {}).get(build, ()))
        also = set(self.facts.get("also", {}).get(build, ()))
        return codes, any_of, also


def twins():
    found = []
    for file in sorted(FIXTURES.glob("request_guard/*/*/fixture.toml")):
        facts = tomllib.loads(file.read_text())
        found.append(Twin(file.parent.name, facts["language"], facts["kind"], facts))
    return found
