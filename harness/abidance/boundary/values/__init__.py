"""Values and bytes of memory, sizes, and what expressions see of them."""

from __future__ import annotations
