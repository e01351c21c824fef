"""The boundary's C side as frozen data: types, declarations and layouts, no matter how they were read."""

from __future__ import annotations
