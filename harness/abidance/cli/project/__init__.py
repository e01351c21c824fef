"""`abidance init --project`: what a project gets so that its contracts are looked at by people and machines."""

from __future__ import annotations
