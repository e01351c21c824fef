"""How a header's types are laid out and bound, as a table, as JSON, and as assertions for C and Rust to compile."""

from __future__ import annotations
