"""How the language is described: clauses in tables, kinds of value, and the reader that both drive."""

from __future__ import annotations
