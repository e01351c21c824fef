"""From C types to calls that ctypes makes right, and refusal by name of those that it does not (decision 6)."""

from __future__ import annotations
