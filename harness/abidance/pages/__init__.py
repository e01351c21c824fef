"""Pages for people: one HTML file each, that holds all it needs, asks no network and runs no script but its own.

Every text goes through htpy, which escapes it: contracts, headers, libraries and what they print are others' words.
"""

from __future__ import annotations
