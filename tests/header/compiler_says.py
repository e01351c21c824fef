"""What the compiler says of what was read: each declaration spelled again, and compared by type with its own."""

from __future__ import annotations

import re

from abidance.ir.declarations import spell
from abidance.ir.naming import c_names
from abidance.ir.types import Array, Basic, FunctionType, Unsupported

PRELUDE = """
#define bool _Bool
#ifdef __clang__
#define _Float128 __float128
#endif
#undef restrict
#define SAME(type, read) _Static_assert(__builtin_types_compatible_p(type, read), "differs")
"""


def disagreements(declarations, header, compiler, *flags):
    """Return each declaration, as it was read, that the compiler takes for another type.

    Only what C can name is compared: types without a name, and what is not modelled, are left out. A parameter
    that is a variable argument list has been adjusted by the compiler already. None when the compiler refuses
    the header itself.
    """
    claims = [claim for claim in _claims(declarations) if "<" not in claim and "\0" not in claim]
    macros = {*declarations.macros, *declarations.function_macros}
    undefine = "".join(f"#undef {name}\n" for name in sorted(macros & _words(claims)))
    source = "\n".join([undefine + PRELUDE, *claims]) + "\n"
    before = source.count("\n") - len(claims)
    compiled = compiler.compile_object(source, ("-w", *flags, "-include", str(header)))
    if compiled.ok:
        return []
    if any(each.path != "source.c" for each in compiled.errors):
        return None
    return [
        f"{claims[each.line - before - 1] if each.line > before else each.line}: {each.text}"
        for each in compiled.errors
    ] or [compiled.words]


def _words(claims):
    return {word for claim in claims for word in re.findall(r"[^\W\d][\w$]*", claim)}


def _claims(declarations):
    names = c_names(declarations)
    for function in declarations.functions.values():
        if not function.prototype or isinstance(function.returns, Unsupported):
            continue
        types = tuple(each.type for each in function.parameters)
        type_ = FunctionType(function.returns, types, function.variadic, function.prototype)
        if any(declarations.resolve(each) == Basic("__builtin_va_list") for each in types):
            continue
        yield _same(declarations, f"__typeof__({function.name})", type_)
    for variable in declarations.variables.values():
        yield _same(declarations, f"__typeof__({variable.name})", variable.type)
    for typedef in declarations.typedefs.values():
        yield _same(declarations, typedef.name, typedef.type)
    for key, record in declarations.records.items():
        for field in record.fields or ():
            if field.name and field.bits is None and key in names and not _flexible(declarations, field):
                yield _same(declarations, f"__typeof__((({names[key]} *)0)->{field.name})", field.type)


def _flexible(declarations, field):
    match declarations.resolve(field.type):
        case Array(_, None, ""):
            return True
    return False


def _same(declarations, theirs, type_):
    if isinstance(declarations.resolve(type_), Unsupported):
        return "\0"
    return f"SAME({theirs}, __typeof__({spell(type_, '', declarations)}));"
