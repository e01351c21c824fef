"""DWARF 2 to 5, read where it is asked for and nowhere else.

A unit is not touched before something in it is wanted, an entry not decoded before its type is. What has to be
walked through is skipped by plans made once for each shape of an entry. So the cost is that of the question
and not of the file; docs/decisions has what was measured.
"""

from __future__ import annotations
