"""What an editor is told of a contract that is being written: problems, completions, declarations, mends."""

from __future__ import annotations
