"""What of a boundary has to change and what only has to be held, in which order, and a plan for it.

Views of `abidance.evidence`: nothing is run. `weighing` turns evidence into facts about each function, `units` finds
what can only move together, `ranking` puts them in order, and the rest shows that: as text, as a page with a picture,
and as a plan of one page.
"""

from __future__ import annotations
