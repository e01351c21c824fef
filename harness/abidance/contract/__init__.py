"""A contract file as a model: read with line and column, checked against one declarative description."""

from __future__ import annotations
