"""`generate`: values that the project's own Python generates, held to the C type and the contract all the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, InvalidArgument
from hypothesis.statistics import collector

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import along, generated_by, walk
from abidance.boundary.model.types import ArrayShape, HandleShape, PointerShape, RecordShape, ScalarShape
from abidance.boundary.python_hooks.hooks import load_hook
from abidance.boundary.python_hooks.plain_values import PlainError, as_passed, from_plain
from abidance.core.catalogue import HOOK_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError
from abidance.generate import drawn_choices, scalars
from abidance.generate.constants import without_constants_of_modules
from abidance.generate.forms import by_chance, form_of, of_form

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value
    from abidance.contract.language.clauses import Name
    from abidance.generate.source import ChoiceSource
    from abidance.ir.layout import Constant


MOST_VALUES = 64
"""So many of the values of a strategy stand for it where it cannot be asked."""


@dataclass(frozen=True, slots=True)
class StrategyValues:
    """Some of the values of a strategy, in the order in which it gave them, but for None.

    `null` tells that None is one of them, and `partly` that the strategy leaves some to what is usual.
    """

    values: tuple[Value, ...]
    null: bool
    partly: bool

    @classmethod
    def of(cls, values: Sequence[Value], *, partly: bool = False) -> StrategyValues:
        """Return each of the values once."""
        distinct = {repr(each): each for each in values if each is not None}
        return cls(tuple(distinct.values())[:MOST_VALUES], None in values, partly)


class NoOpinionError(Exception):
    """A strategy gave `NotImplemented`: what is usual is to be generated."""


def drawn_value(
    source: ChoiceSource, name: Name, shape: Shape, constants: Mapping[str, Constant], path: str
) -> Value:
    """Return a value of a strategy; raises HookError when there is none, or when the contract does not allow it.

    Raises NoOpinionError where it leaves the value to others.
    """
    strategy, formed = _strategy(name, shape), form_of(name, shape)
    otherwise = partial(by_chance, formed) if formed is not None else None
    try:
        with drawn_choices.recorded() as choices:
            drawn = _guarded(name, shape, lambda: source.drawn(strategy, otherwise))
            if drawn is NotImplemented:
                raise NoOpinionError
            value = as_passed(shape, from_plain(shape, drawn, constants, path))
    except PlainError as error:
        raise load_hook("generate", name).wrong(str(error)) from None
    drawn_choices.keep(_key(name, value), choices)
    wrong = unlawful(shape, value, path)
    if wrong:
        hint = "values of a strategy must be valid where they are passed: narrow the strategy, or widen the contract"
        raise load_hook("generate", name).wrong(f"gave {wrong}", hint)
    return value


def rows(name: Name, shape: Shape, constants: Mapping[str, Constant], path: str) -> tuple[Value, ...]:
    """Return all values where a list or tuple of them is named, and none where it is a strategy. Raises HookError."""
    if form_of(name, shape) is not None:
        return ()
    hook = load_hook("generate", name)
    named = _named(name.span.path.parent, name)
    listed: Sequence[object] = named if isinstance(named, tuple | list) else ()
    try:
        values = tuple(as_passed(shape, from_plain(shape, each, constants, path)) for each in listed)
    except PlainError as error:
        raise hook.wrong(str(error)) from None
    for value in values:
        if wrong := unlawful(shape, value, path):
            raise hook.wrong(f"has {wrong}", "every value must be valid where it is passed")
    return values


def tables(
    members: Iterable[Member], constants: Mapping[str, Constant]
) -> Iterator[tuple[str, Name, tuple[Value, ...]]]:
    """Yield the parameters that are taken from a table, each with the table's name and values. Raises HookError."""
    for member in members:
        if (name := generated_by(member)) is not None:
            yield member.name, name, rows(name, member.shape, constants, member.name)


def some_of(name: Name, shape: Shape, constants: Mapping[str, Constant], path: str) -> StrategyValues:
    """Return values that a strategy of the project's has, the same ones every time. Raises HookError."""
    listed = rows(name, shape, constants, path)
    if listed:
        return StrategyValues.of(listed)
    values, drawn = [], _some_of_hook(name.span.path.parent, name)
    for each in drawn:
        if each is NotImplemented:
            continue
        try:
            value = as_passed(shape, from_plain(shape, each, constants, path))
        except PlainError as error:
            raise load_hook("generate", name).wrong(str(error)) from None
        if not unlawful(shape, value, path):
            values.append(value)
    return StrategyValues.of(values, partly=any(each is NotImplemented for each in drawn))


@lru_cache(maxsize=256)
def _some_of_hook(folder: Path, name: Name) -> tuple[object, ...]:
    found: list[object] = []

    @settings(_SOME)
    @given(_strategy_of_hook(folder, name))
    def collect(value: object) -> None:
        found.append(value)

    # Under pytest, statistics are those of what is put to the test.
    with without_constants_of_modules(), collector.with_value(None):
        _guarded(name, None, collect)
    return tuple(found)


_SOME = settings(
    max_examples=2 * MOST_VALUES,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def shrunk(
    name: Name,
    shape: Shape,
    constants: Mapping[str, Constant],
    path: str,
    value: Value,
    still: Callable[[Value], bool],
) -> Value:
    """Return a simpler value that the strategy has, and of which `still` says the same; or else the value itself.

    Hypothesis makes it simpler, from the choices that it was drawn by. `still` is not asked twice of the same.
    """
    choices = drawn_choices.of(_key(name, value))
    asked: dict[str, bool] = {_key(name, value): True}

    def fails(plain: object) -> bool:
        try:
            simpler = as_passed(shape, from_plain(shape, plain, constants, path))
        except PlainError:
            return False
        key = _key(name, simpler)
        if key not in asked:
            asked[key] = not unlawful(shape, simpler, path) and still(simpler)
        return asked[key]

    found = None if choices is None else drawn_choices.simplest(_strategy(name, shape), choices, fails)
    return value if found is None else as_passed(shape, from_plain(shape, found.value, constants, path))


def _key(name: Name, value: Value) -> str:
    return f"{name.span.path.parent}:{name}:{value!r}"


def chosen(members: tuple[Member, ...], path: str) -> bool:
    """Return whether the value at a dotted path, or one around it, is a strategy's to choose."""
    return any(generated_by(each) is not None for each in along(members, path.split(".")))


def asks_python(
    boundary: Boundary, function: BoundaryFunction, created: Collection[str] = frozenset()
) -> bool:
    """Return whether generating a call of a function runs the project's own Python.

    It is not asked how the handles are created that are `created` already.
    """
    found = _strategies(boundary, function.members, frozenset(created))
    return any(form_of(name, shape) is None for name, shape in found)


def _strategies(
    boundary: Boundary, members: tuple[Member, ...], created: frozenset[str] = frozenset()
) -> Iterator[tuple[Name, Shape]]:
    """Yield what generates parts of a call, each with the shape that it generates values of.

    `created` are handles whose creation is being looked at: a node may be created below another node.
    """
    for member in members:
        if (name := generated_by(member)) is not None:
            yield name, member.shape
        for each in walk(member.shape):
            match each:
                case HandleShape(made=False, handle=handle) if handle not in created:
                    life = boundary.handles[handle]
                    makers = map(boundary.functions.get, dict.fromkeys((life.create, *life.creates)))
                    for create in filter(None, makers):
                        yield from _strategies(boundary, create.members, created | {handle})
                case ScalarShape(generate=name) | RecordShape(generate=name) if name is not None:
                    yield name, each
                case RecordShape(members=inner):
                    found = ((generated_by(one), one.shape) for one in inner)
                    yield from ((name, shape) for name, shape in found if name is not None)
                case CallbackShape(contents=contents) if contents is not None:
                    if (name := generated_by(contents)) is not None:
                        yield name, contents.shape
                case CallbackShape(result=PointerShape(like=name) as result) if name is not None:
                    yield name, result


def _strategy(name: Name, shape: Shape) -> st.SearchStrategy[Any]:
    formed = form_of(name, shape)
    if formed is not None:
        return of_form(formed)
    # Names are equal wherever they stand, and mean what lies in their own folder.
    return _strategy_of_hook(name.span.path.parent, name)


@lru_cache(maxsize=1024)
def _strategy_of_hook(_folder: Path, name: Name) -> st.SearchStrategy[object]:
    hook = load_hook("generate", name)
    strategy = _named(_folder, name)
    if isinstance(strategy, tuple | list):
        strategy = st.sampled_from(strategy) if strategy else st.nothing()
    if not isinstance(strategy, st.SearchStrategy):
        raise hook.wrong(f"returned {strategy!r}, which is not a Hypothesis strategy")
    _guarded(name, None, strategy.validate)
    if strategy.is_empty:
        raise hook.wrong("is a strategy without values")
    return strategy


@lru_cache(maxsize=1024)
def _named(_folder: Path, name: Name) -> object:
    """Return the strategy or the table that is named, or what a function of that name returns."""
    hook = load_hook("generate", name)
    return hook.function if isinstance(hook.function, st.SearchStrategy | tuple | list) else hook()


def _guarded(name: Name, shape: Shape | None, run: Callable[[], object]) -> object:
    """Run what is the project's, and say so when it raises; what steers Hypothesis goes through."""
    if form_of(name, shape) is not None:
        try:
            return run()
        except InvalidArgument as error:
            message = f"nothing that may be passed is `like` this: {error}"
            raise HookError(Diagnostic(HOOK_FAILED, message, (Label(name.span),))) from error
    hook = load_hook("generate", name)
    try:
        return run()
    except InvalidArgument as error:
        raise hook.wrong(f"made a strategy that Hypothesis refuses: {error}") from error
    except (HypothesisException, HookError):
        raise
    except Exception as error:
        raise hook.raised(error) from error


def unlawful(shape: Shape, value: Value, path: str) -> str:
    """Return which part of a value the contract does not allow, in words; nothing when it allows all of it."""
    match shape, value:
        case ScalarShape(), int() | float():
            return "" if scalars.lawful(shape, value) else f"{value} for `{path}`, which is not valid there"
        case PointerShape(nullable=False), None:
            return f"None for `{path}`, which is not nullable"
        case PointerShape(), None:
            return ""
        case PointerShape(limit=int(limit)), bytes() | list() if len(value) > limit:
            return f"{len(value)} elements for `{path}`, where `max` is {limit}"
        case PointerShape(), list():
            inner = shape.element
        case PointerShape(), _:
            return unlawful(shape.element, value, path)
        case ArrayShape(), list():
            inner = shape.of
        case RecordShape(), dict():
            shapes = {member.name: member.shape for member in shape.members}
            words = (unlawful(shapes[name], item, f"{path}.{name}") for name, item in value.items())
            return next(filter(None, words), "")
        case _:
            return ""
    return next(filter(None, (unlawful(inner, item, f"{path}[{n}]") for n, item in enumerate(value))), "")
