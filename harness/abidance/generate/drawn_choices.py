"""The choices by which values of the project's own strategies were drawn: from these Hypothesis makes a value simpler.

Calls in a sequence are made simpler after the search, one value after the other, when what drew them is gone.
Hypothesis has no public way to ask for choices; without it values are left as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, control, database, find, settings
from hypothesis.errors import HypothesisException
from hypothesis.statistics import collector

from abidance.generate.constants import without_constants_of_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis import strategies as st

_MOST = 2048
_choices: OrderedDict[str, tuple[object, ...]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value that was found."""

    value: object


@contextmanager
def recorded() -> Iterator[list[object]]:
    """Collect the choices that are made meanwhile into the list that is returned."""
    choices: list[object] = []
    before = _choices_so_far()
    yield choices
    choices += _choices_so_far()[len(before) :]


def keep(key: str, choices: list[object]) -> None:
    """Keep the choices of a value: of the last few thousand that were drawn."""
    if choices:
        _choices[key] = tuple(choices)
        if len(_choices) > _MOST:
            _choices.popitem(last=False)


def of(key: str) -> tuple[object, ...] | None:
    """Return the choices of a value, if they are known."""
    return _choices.get(key)


def simplest(
    strategy: st.SearchStrategy[Any], choices: tuple[object, ...], fails: Callable[[object], bool]
) -> FoundValue | None:
    """Return the simplest value that fails, from the choices of one that does; None where that cannot be."""
    to_bytes: Any = getattr(database, "choices_to_bytes", None)
    if to_bytes is None:
        return None
    known, key = database.InMemoryExampleDatabase(), b"drawn"
    # Under the key itself is what was shrunk before, and is not shrunk again.
    known.save(key + b".secondary", to_bytes(choices))
    with without_constants_of_modules(), suppress(HypothesisException), collector.with_value(None):
        return FoundValue(find(strategy, fails, settings=settings(_SHRINK, database=known), database_key=key))
    return None


_SHRINK = settings(
    max_examples=50,
    derandomize=False,
    deadline=None,
    phases=[Phase.reuse, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def _choices_so_far() -> tuple[object, ...]:
    """Return the choices that Hypothesis has made for the case at hand, if it is drawing one."""
    context: Any = control._current_build_context.value  # noqa: SLF001 - public is only what raises without one
    return tuple(getattr(getattr(context, "data", None), "choices", ()))
