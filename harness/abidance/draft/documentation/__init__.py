"""What is written about a function: comments of its header, and installed manual pages."""

from __future__ import annotations
