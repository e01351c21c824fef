"""Hypothesis strategies for whole test cases: every argument of a call, valid together."""

from __future__ import annotations
