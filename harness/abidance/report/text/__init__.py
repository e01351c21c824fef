"""How reports look as text: characters, colours, source excerpts, blocks and columns."""

from __future__ import annotations
