"""The gate: changes, rules, a policy and suppressions make verdicts and an exit status."""

from __future__ import annotations
