"""Lengths that are sums of products of numbers, `(rows + 1) * columns`: what is worked out without expressions."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from abidance.contract.expression import OperationError, declared, field_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression import Expression

Product = tuple[tuple[str, ...], int]
"""The numbers that are multiplied with each other, and what their product is multiplied by.

A number is its C name or, in a record, the path to it: ``header.size``.
"""
MOST_PRODUCTS = 16


def sum_of_products(length: Expression, known: Mapping[str, object]) -> tuple[Product, ...] | None:
    """Return the products whose sum a length is; at least one, which may be a number alone.

    What is `known` is among what they are multiplied by. The first is no number below 0, nor a product with one;
    nothing of a length of which that cannot be, or that is anything else.
    """
    terms = _terms(length.tree, known)
    if terms is None or len(terms) > MOST_PRODUCTS:
        return None
    # What others are added to comes first: a product of several numbers, and none that is subtracted.
    found = sorted(terms.items(), key=lambda each: (each[1] < 0 or not each[0], -len(each[0]), each[0]))
    products = tuple((names, scale) for names, scale in found if scale)
    if products and (products[0][1] < 0 or (len(products) > 1 and not products[0][0])):
        return None  # there is nothing that the others are added to
    return products or (((), 0),)


def _terms(node: ast.expr, known: Mapping[str, object]) -> Counter[tuple[str, ...]] | None:
    """Return what each product of names is multiplied by in the sum that an expression is."""
    match node:
        case ast.Constant(value=int() as number):
            return Counter({(): number})
        case ast.Name(id=name):
            value = known.get(name)
            return Counter({(): value}) if isinstance(value, int) else Counter({(declared(name),): 1})
        case ast.Attribute():
            value, path = _value(node, known), _path(node)
            if isinstance(value, int):
                return Counter({(): value})
            return Counter({(path,): 1}) if path else None
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _times(_terms(inner, known), Counter({(): -1}))
        case ast.BinOp(op=ast.Mult(), left=one, right=other):
            return _times(_terms(one, known), _terms(other, known))
        case ast.BinOp(op=ast.Add() | ast.Sub() as op, left=one, right=other):
            sign = -1 if isinstance(op, ast.Sub) else 1
            first, second = _terms(one, known), _times(_terms(other, known), Counter({(): sign}))
            if first is None or second is None:
                return None
            first.update(second)
            return first
    return None


def _value(node: ast.expr, known: Mapping[str, object]) -> object:
    """Return what a field of a record is that is known; None of any other."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=owner, attr=name):
            record = _value(owner, known)
            try:
                return None if record is None else field_of(record, name)
            except OperationError:
                return None
    return None


def _path(node: ast.expr) -> str:
    """Return the path of a field of a record; empty where it is of anything else."""
    match node:
        case ast.Name(id=name):
            return declared(name)
        case ast.Attribute(value=owner, attr=name):
            record = _path(owner)
            return f"{record}.{declared(name)}" if record else ""
    return ""


def _times(
    one: Counter[tuple[str, ...]] | None, other: Counter[tuple[str, ...]] | None
) -> Counter[tuple[str, ...]] | None:
    if one is None or other is None or len(one) * len(other) > MOST_PRODUCTS**2:
        return None
    found: Counter[tuple[str, ...]] = Counter()
    for names, scale in one.items():
        for more, times in other.items():
            found[tuple(sorted((*names, *more)))] += scale * times
    return found
