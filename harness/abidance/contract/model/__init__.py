"""The model: what each mapping of a contract may say. A clause is one field of one of these classes."""

from __future__ import annotations

from abidance.contract.model.callbacks import Callback, CallbackParam
from abidance.contract.model.contract import Contract
from abidance.contract.model.functions import ExampleCall, FunctionPromise, Param, RejectedCall
from abidance.contract.model.libraries import Library
from abidance.contract.model.returns import Returns, Status
from abidance.contract.model.types import FieldPromise, HandlePromise, LayoutPins, TypePromise

__all__ = [
    "Callback",
    "CallbackParam",
    "Contract",
    "ExampleCall",
    "FieldPromise",
    "FunctionPromise",
    "HandlePromise",
    "LayoutPins",
    "Library",
    "Param",
    "RejectedCall",
    "Returns",
    "Status",
    "TypePromise",
]
