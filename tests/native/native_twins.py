from __future__ import annotations

import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "native_fixtures"
CONTRACTS = {
    "request_guard": ROOT / "examples/01-request-guard/request_guard.contract.yaml",
    "market_data": ROOT / "examples/02-market-data-gateway/market_data.contract.yaml",
    "flow_control": ROOT / "examples/04-high-throughput-service/flow_control.contract.yaml",
}


@dataclass(frozen=True)
class Twin:
    """One fixture as its fixture.toml describes it."""

    name: str
    language: str
    kind: str
    facts: dict

    @property
    def contract(self):
        """Return the contract that it is held to."""
        return CONTRACTS[self.facts["boundary"]]

    @property
    def sound(self):
        """Return the name of the sound library that it is a twin of."""
        return f"{self.facts['boundary']}_{self.language}"

    @property
    def amount(self):
        """Return the options for how many calls it is given, and which.

        Defects are found by few, from any seed, unless fixture.toml says that they are `seldom` met. They have most
        functions in common with their sound twin, which is given all calls; each of them gives those functions others.
        """
        if self.kind == "defect" and not self.facts.get("seldom"):
            return "--seed", str(zlib.crc32(self.name.encode())), "--max-examples", "30"
        return "--seed", "7"

    def expected(self, build):
        """Return the codes that must fire, those of which one must, and those that may."""
        codes = set(self.facts.get("codes", {}).get(build, ()))
        any_of = set(self.facts.get("any", {}).get(build, ()))
        also = set(self.facts.get("also", {}).get(build, ()))
        return codes, any_of, also


def twins():
    found = []
    for file in sorted(FIXTURES.glob("*/*/*/fixture.toml")):
        facts = tomllib.loads(file.read_text())
        found.append(Twin(file.parent.name, facts["language"], facts["kind"], facts))
    return found
