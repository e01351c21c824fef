"""A test case turned into a plan for the worker."""

from __future__ import annotations
