"""Short ways of writing plans down."""

from __future__ import annotations

from abidance.plan.plan import Access, Address, Block, Call, Flush, Plan, Value
from abidance.plan.signature import CallSignature

BLOCK = Address(0)


def call(symbol, signature, *arguments, **rest) -> Call:
    """Return a call; numbers become values of their parameter's width, other arguments stay."""
    parameters = CallSignature.parse(signature).parameters
    made = tuple(
        Value((each % (1 << 8 * class_.size)).to_bytes(class_.size, "little"))
        if isinstance(each, int)
        else each
        for class_, each in zip(parameters, arguments, strict=True)
    )
    return Call(symbol, signature, made, **rest)


def plan(*calls: Call, blocks=(), flush=Flush.RIGHT, **rest) -> Plan:
    return Plan(tuple(blocks), rest.pop("relocations", ()), calls, flush=flush, **rest)


def readable(contents: bytes, align: int = 1) -> Block:
    return Block(len(contents), align, Access.READ, contents)


def writable(size: int, contents: bytes = b"", align: int = 1) -> Block:
    return Block(size, align, Access.WRITE, contents)
