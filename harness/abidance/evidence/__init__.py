"""What is known of boundaries: what contract and header say, joined with what kept runs have shown. Nothing is run.

`abidance.evidence.gathering.evidence` returns a `ContractEvidence` for each contract; reports, maps and plans are views
of it. What nothing tells is None or empty there, and no view may show it as zero or as fine.
"""

from __future__ import annotations
