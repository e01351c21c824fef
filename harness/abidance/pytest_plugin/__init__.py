"""The pytest plugin: contracts are collected as tests."""

from __future__ import annotations
