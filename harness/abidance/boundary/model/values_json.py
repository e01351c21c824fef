"""Values as JSON can hold them, without loss."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.float_formats import Exact
from abidance.boundary.model.values import CallOn, CallWithin, Derived, Earlier, Mark, NewHandle, Script
from abidance.ir.layout import AddressConstant

if TYPE_CHECKING:
    from abidance.boundary.model.values import Value, Values


def to_json(value: Value) -> object:
    """Return a value as JSON can hold it, without loss."""
    match value:
        case bytes():
            return {"bytes": value.hex()}
        case list():
            return [to_json(item) for item in value]
        case dict():
            return {"record": {name: to_json(item) for name, item in value.items()}}
        case Mark():
            return {"mark": value.value}
        case AddressConstant(address):
            return {"address": hex(address)}
        case float():
            return {"float": value.hex()}
        case Fraction():
            return {"fraction": [hex(value.numerator), hex(value.denominator)]}
        case Script(answers, written, calls, by_content):
            script: dict[str, object] = {"script": [to_json(answer) for answer in answers]}
            script |= {"calls": [[e.turn, e.function, to_json(e.arguments)] for e in calls]} if calls else {}
            script |= {"by_content": True} if by_content else {}
            return script | ({"written": [to_json(turn) for turn in written]} if written else {})
        case NewHandle(handle, arguments, state, destroyed, calls, within, prepared, creator):
            made = {"handle": handle, "arguments": to_json(arguments), "state": to_json(state)}
            made |= {"creator": creator} if creator else {}
            made |= {"destroyed": True} if destroyed else {}
            for name, on in (("calls", calls), ("prepared", prepared)):
                made |= {name: [*map(_call_to_json, on)]} if on else {}
            return made | ({"within": [*within]} if within else {})
        case Earlier(call, path, handle, state, destroyed_by, most, within, goes_on):
            left = {"earlier": [call, path, handle], "state": to_json(state)}
            left |= {"destroyed_by": destroyed_by} if destroyed_by else {}
            left |= {"within": [*within]} if within else {}
            left |= {"goes_on": [*goes_on]} if goes_on else {}
            left |= {"renews": True} if value.renews else {}
            left |= {"created": to_json(value.created)} if value.created else {}
            return left | ({} if most is None else {"most": most})
        case Derived(text, names, held):
            return {"derived": text, "names": [[*each] for each in names], "value": to_json(held)}
        case _:
            return value


def _call_to_json(call: CallOn) -> list[object]:
    more = [call.rejects] if call.rejects else []
    state = [to_json(call.state)] if call.state or more else []
    return [call.function, to_json(call.arguments), *state, *more]


def _call_from_json(raw: Any) -> CallOn:
    name, arguments, *more = raw
    state = _record(from_json(more[0])) if more else {}
    return CallOn(str(name), _record(from_json(arguments)), state, *map(str, more[1:]))


def from_json(raw: Any) -> Value:
    """Return the value that `to_json` wrote; raises ValueError for anything else."""
    match raw:
        case {"bytes": str(text)}:
            return bytes.fromhex(text)
        case {"record": dict(fields)}:
            return {name: from_json(item) for name, item in fields.items()}
        case {"mark": str(text)}:
            return Mark(text)
        case {"address": str(text)}:
            return AddressConstant(int(text, 16))
        case {"float": str(text)}:
            return float.fromhex(text)
        case {"fraction": [str(above), str(below)]}:
            return Exact(int(above, 16), int(below, 16))
        case {"script": list(answers)}:
            written = tuple(_record(from_json(turn)) for turn in raw.get("written", ()))
            calls_made = tuple(
                CallWithin(turn, name, _record(from_json(each))) for turn, name, each in raw.get("calls", ())
            )
            by_content = bool(raw.get("by_content"))
            return Script(tuple(from_json(answer) for answer in answers), written, calls_made, by_content)
        case {"handle": str(handle), "arguments": arguments, "state": state}:
            given, set_to = _record(from_json(arguments)), _record(from_json(state))
            calls, prepared = (
                tuple([_call_from_json(each) for each in raw.get(key, ())]) for key in ("calls", "prepared")
            )
            within = tuple(raw.get("within", ()))
            gone, creator = raw.get("destroyed", False), str(raw.get("creator", ""))
            return NewHandle(handle, given, set_to, gone, calls, within, prepared, creator)
        case {"earlier": [int(call), str(path), str(handle)], "state": state}:
            put = _record(from_json(state))
            within = tuple(raw.get("within", ()))
            on = tuple(str(each) for each in raw.get("goes_on", ()))
            made = _record(from_json(raw["created"])) if "created" in raw else {}
            old, most = raw.get("destroyed_by", 0), raw.get("most")
            return Earlier(call, path, handle, put, old, most, within, on, bool(raw.get("renews")), made)
        case {"derived": str(text), "names": list(names), "value": held}:
            return Derived(text, tuple((str(name), int(call)) for name, call in names), from_json(held))
        case list():
            return [from_json(item) for item in raw]
        case int() | None:
            return raw
    raise ValueError(f"no value: {raw!r}")


def _record(value: Value) -> Values:
    if not isinstance(value, dict):
        raise ValueError(f"a record expected, not {value!r}")  # noqa: TRY004 - the caller expects one kind
    return value
