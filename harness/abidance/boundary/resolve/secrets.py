"""Parameters that are `secret`: whether a copy of what they point to would be known for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import has_pointers
from abidance.boundary.model.types import AddressShape, PointerShape, ScalarShape, What
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.remnants import LEAST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems


def check_secrets(functions: Iterable[BoundaryFunction], problems: Problems) -> None:
    """Complain about secrets that are a number, have pointers, or are one of which nothing says what it leads to."""
    for function in functions:
        params = function.promise.params if function.promise is not None else {}
        for member in function.members:
            param, shape = params.get(member.name), member.shape
            if param is None or not param.secret or not isinstance(shape, PointerShape):
                continue
            if isinstance(param.out or param.in_ or param.inout, TargetPromise):
                continue
            if has_pointers(shape.element) and not (
                shape.what is What.ONE and isinstance(shape.element, AddressShape)
            ):
                words = f"`{member.name}` has pointers, and no copy is looked for of what these lead to"
                help_ = "leave `secret` out, or give the function what is secret by a parameter of its own"
            elif shape.what is not What.ONE:
                continue
            elif isinstance(shape.element, AddressShape):
                words = f"`{member.name}` is where a pointer is, and what that leads to is the secret"
                help_ = "say what it leads to: `out: {to: string}`, `out: {to: bytes, length: n}`"
            elif isinstance(shape.element, ScalarShape) and shape.element.size < LEAST_BYTES:
                words = f"no copy of `{member.name}` would be known: a secret has {LEAST_BYTES} bytes or more"
                help_ = "leave `secret` out: a number is in a register that is saved somewhere, or there by chance"
            else:
                continue
            labels = (Label(param.key_span("secret")), Label(member.declared))
            problems.add(Diagnostic(WRONG_VALUE, words, labels, help=help_))
