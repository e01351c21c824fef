"""What a header declares, each with the place that declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.ir.arithmetic import BASIC_SPELLINGS, canonical
from abidance.ir.spelling import spell as spell  # noqa: PLC0414 - found beside what it spells
from abidance.ir.traversal import bare, is_const, plain
from abidance.ir.types import Array, Basic, EnumRef, Pointer, RecordRef, Type, TypedefRef, Void

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span


FOREIGN = "foreign"
"""The attribute that a record has here when one of its own, which that names, makes another type of it."""
STORAGE_ORDER = "scalar_storage_order"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A GNU or C23 attribute without its underscores, with its argument text, if any."""

    name: str
    arguments: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a record. `name` is empty for an anonymous record or an unnamed bit-field.

    `bits` is the declared width of a bit-field; a named one has 0 when the width is an expression for the
    compiler, and the layout has the number.
    """

    name: str
    type: Type
    span: Span
    bits: int | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A struct or union. `fields` is None while it is incomplete (an opaque type).

    `key` is ``struct tag``, ``union tag`` or, without a tag, ``struct <file:line:column>``.
    `spelling` is how C source can name it, or empty when nothing can.
    """

    key: str
    kind: str
    tag: str
    spelling: str
    fields: tuple[Field, ...] | None
    span: Span
    attributes: tuple[Attribute, ...] = ()

    @property
    def foreign(self) -> str:
        """Return the attribute or pragma that makes its values others than its fields say; or nothing."""
        return next((each.arguments or "" for each in self.attributes if each.name == FOREIGN), "")

    @property
    def swapped(self) -> bool:
        """Tell whether its numbers have their bytes the other way round, and that is all that is foreign about them."""
        return STORAGE_ORDER in self.foreign


@dataclass(frozen=True, slots=True)
class Enumerator:
    """An enum constant; its value is asked from the compiler."""

    name: str
    span: Span
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum, keyed as records are; `underlying` is the type that it fixes (C23 6.7.3.3), if it does."""

    key: str
    tag: str
    spelling: str
    enumerators: tuple[Enumerator, ...]
    span: Span
    attributes: tuple[Attribute, ...] = ()
    underlying: Type | None = None


@dataclass(frozen=True, slots=True)
class Typedef:
    """A name for a type. `attributes` may align it anew, or make a union transparent to callers."""

    name: str
    type: Type
    span: Span
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter; arrays and functions are already adjusted to pointers (C11 6.7.6.3p7, p8).

    `name` is empty when the header gives none. `extent` is what stands between the brackets of an array, such as
    ``16`` or ``static 16``.
    """

    name: str
    type: Type
    span: Span
    attributes: tuple[Attribute, ...] = ()
    extent: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function declaration. `symbol` differs from `name` when an asm label renames it.

    `inline` is true for a function whose body is in the header and which the library need not export.
    `span` covers the name.
    """

    name: str
    symbol: str
    returns: Type
    parameters: tuple[Parameter, ...]
    span: Span
    variadic: bool = False
    prototype: bool = True
    inline: bool = False
    attributes: tuple[Attribute, ...] = ()
    of: str = ""
    """The function that C has by this name, where `name` is one of a contract's own."""
    definition: str = ""
    """A whole C definition on one line, where that stands in a contract and not in the header."""

    @property
    def in_c(self) -> str:
        """Return what a C program calls it by."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class Variable:
    """An external object declaration. `symbol` is the linker's name where an asm label gives another."""

    name: str
    type: Type
    span: Span
    symbol: str = ""
    thread_local: bool = False
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro with its replacement text; whether it is an integer constant the compiler says.

    `parameters` is None for an object-like macro; ``...`` or ``name...`` may come last (C11 6.10.3p5). An
    object that C23 declares ``constexpr``, or C ``static const``, is one as well: callers have its value compiled
    in, and the text is its initializer. `static` tells of the latter, whose name is no constant expression to C.
    """

    name: str
    text: str
    span: Span
    parameters: tuple[str, ...] | None = None
    static: bool = False


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that one preprocessed header declares. `header` is the file that was asked for.

    `macros` has the object-like ones; `enumerators` the key of the enum that has each. `lost` tells, by the
    name that it would have declared, of what was left out and why. The mappings may find what they have only
    when asked (see `tables`), so look a name up rather than go through all of them. `origin` is what the reader of
    headers knows them by.
    """

    header: Span
    functions: Mapping[str, Function] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    enums: Mapping[str, Enum] = field(default_factory=dict)
    typedefs: Mapping[str, Typedef] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    function_macros: Mapping[str, Macro] = field(default_factory=dict)
    enumerators: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, Diagnostic] = field(default_factory=dict)
    origin: Hashable = field(default=None, compare=False)

    def resolve(self, type_: Type) -> Type:
        """Return `type_` without typedefs and qualifiers at its outermost level."""
        return bare(type_, self.typedefs)

    def is_const(self, type_: Type) -> bool:
        """Tell whether an object of this type may not be written (C11 6.7.3p6)."""
        return is_const(type_, self.typedefs)

    def same(self, one: Type, other: Type) -> bool:
        """Tell whether a caller passes both in the same way: qualifiers do not matter (C11 6.7.6.3p15)."""
        return plain(one, self.typedefs) == plain(other, self.typedefs)

    def named_fields(self, record: Record) -> Iterator[Field]:
        """Yield the named fields of a record, those of its anonymous members in their place (C11 6.7.2.1p13)."""
        for each in record.fields or ():
            if each.name:
                yield each
            elif isinstance(each.type, RecordRef):
                yield from self.named_fields(self.records[each.type.key])

    def find_type(self, name: str, expanded: frozenset[str] = frozenset()) -> Type | None:
        """Return what a C type name such as ``size_t``, ``struct tm``, ``tm`` or ``char *`` stands for, or None.

        The name may be a macro for one. Those that were `expanded` on the way here are not again (C11 6.10.3.4p2).
        """
        name = " ".join(name.split())
        if name.endswith("*"):
            words = [word for word in name[:-1].split() if word != "const"]
            to = Void() if words == ["void"] else self.find_type(" ".join(words), expanded)
            return Pointer(to) if to is not None else None
        if name in self.typedefs:
            return TypedefRef(name)
        for prefix in ("", "struct ", "union "):
            if prefix + name in self.records:
                return RecordRef(prefix + name)
        for prefix in ("", "enum "):
            if prefix + name in self.enums:
                return EnumRef(prefix + name)
        if basic := BASIC_SPELLINGS.get(name) or canonical(name.split()):
            return Basic(basic)
        macro = self.macros.get(name) if name not in expanded else None
        return self.find_type(macro.text, expanded | {name}) if macro is not None else None

    def find_object(self, name: str) -> Type | None:
        """Return what a name stands for, as `find_type` does; of an array of one, such as `mpz_t`, its element.

        Libraries declare such types for objects of the caller's, so that each is passed as a pointer to it.
        """
        found = self.find_type(name)
        resolved = self.resolve(found) if found is not None else None
        return resolved.of if isinstance(resolved, Array) and resolved.count == 1 else found
