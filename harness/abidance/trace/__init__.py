"""Traces: real calls of a boundary, recorded from a running program and held against the contract.

A contract becomes an interposer, a shared object that is loaded before the library and has its functions' names. Each
call goes through it: what the caller owes is looked at before the call, what the library owes after it, and what the
call took in between is counted in memory that is mapped from a file.
"""

from __future__ import annotations
