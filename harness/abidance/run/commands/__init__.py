"""What `replay`, `accept`, `check` and `bindings` do."""

from __future__ import annotations
