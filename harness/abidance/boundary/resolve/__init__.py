"""A contract joined with the declarations of its header; complains where they disagree."""

from __future__ import annotations
