"""Keeps what is written in Python modules out of the values that Hypothesis generates."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without_constants_of_modules() -> Iterator[None]:
    """Have Hypothesis draw no constants of modules meanwhile.

    It reads the constants of each module outside site-packages that is imported, and tries them as values. They say
    nothing of a library in C or Rust, and which modules there are is another thing under pytest, in a worker of
    pytest-xdist and on the command line: one seed would make other calls in each. Somebody else's tests in this process
    have theirs. Hypothesis has no public way to leave them out, and its private names may go: then it reads them.
    """
    before = {name: _PROVIDERS[name] for name in _INSTEAD}
    _PROVIDERS.update(_INSTEAD)
    try:
        yield
    finally:
        _PROVIDERS.update(before)


def _instead() -> dict[str, Any]:
    """Return what stands for the function that reads modules, and for what it keeps of constants by their domains."""
    if not {"_get_local_constants", "CONSTANTS_CACHE", "Constants"} <= _PROVIDERS.keys():
        return {}
    nothing, cache = _PROVIDERS["Constants"](), type(_PROVIDERS["CONSTANTS_CACHE"])(1024)
    return {"_get_local_constants": lambda: nothing, "CONSTANTS_CACHE": cache}


_PROVIDERS: dict[str, Any] = vars(providers)
_INSTEAD = _instead()
