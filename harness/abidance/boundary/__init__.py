"""A header joined with a contract: the one model that generation, execution and judging share."""

from __future__ import annotations
