"""Hypothesis strategies for whole test cases: every argument of a call, lawful together."""

from __future__ import annotations
