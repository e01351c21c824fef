"""Drafts of contracts: what header, documentation and library say, each clause with its evidence.

`drafting.draft` reads, `rendering.render` writes; `model` is what passes between them, and what others add to.
"""

from __future__ import annotations
