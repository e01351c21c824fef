"""Where calls of one function spend their time: sampled by perf, or counted by callgrind."""

from __future__ import annotations
