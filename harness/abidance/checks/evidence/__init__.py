"""What checks judge by: a case's result, reruns, frames, bounds and unwritten memory."""

from __future__ import annotations
