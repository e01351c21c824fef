"""The words of C, C23 and GNU C that the lexer knows, and what each stands for in the grammar."""

from __future__ import annotations

# Every spelling of a keyword, with the token type of the grammar and the standard spelling it is read as
# (C11 6.4.1, and "Alternate Keywords" of the GCC manual).
_C = (
    "auto break case char const continue default do double else enum extern float for goto if inline int "
    "long register restrict return short signed sizeof static struct switch typedef union unsigned void "
    "volatile while __int128 _Bool _Complex _Generic _Noreturn _Thread_local _Static_assert _Atomic "
    "_Alignof _Alignas _BitInt"
)
_ALTERNATES = {
    "__restrict": "restrict",
    "__restrict__": "restrict",
    "__inline": "inline",
    "__inline__": "inline",
    "__const": "const",
    "__const__": "const",
    "__volatile": "volatile",
    "__volatile__": "volatile",
    "__signed": "signed",
    "__signed__": "signed",
    "__complex": "_Complex",
    "__complex__": "_Complex",
    "__alignof": "_Alignof",
    "__alignof__": "_Alignof",
    "__thread": "_Thread_local",
}
_TYPEOF = dict.fromkeys(("typeof", "__typeof", "__typeof__"), ("TYPEOF", "typeof")) | dict.fromkeys(
    ("typeof_unqual", "__typeof_unqual", "__typeof_unqual__"), ("TYPEOF_UNQUAL", "typeof_unqual")
)
KEYWORDS: dict[str, tuple[str, str]] = (
    {word: (word.upper(), word) for word in _C.split()}
    | {spelling: (word.upper(), word) for spelling, word in _ALTERNATES.items()}
    | _TYPEOF
)

# Words that are keywords only where `__STDC_VERSION__` says C23: older headers use them as names.
C23_KEYWORDS: dict[str, tuple[str, str]] = {
    "alignas": ("_ALIGNAS", "_Alignas"),
    "alignof": ("_ALIGNOF", "_Alignof"),
    "bool": ("_BOOL", "_Bool"),
    "constexpr": ("CONSTEXPR", "constexpr"),
    "static_assert": ("_STATIC_ASSERT", "_Static_assert"),
    "thread_local": ("_THREAD_LOCAL", "_Thread_local"),
}

# Read over: it changes no type that a caller can see.
DROPPED = frozenset(("__extension__",))
# Words that stand where attributes do, and the attribute that each is read as: clang's nullability, the
# address spaces of gcc's x86 target ("Named Address Spaces", GCC manual), and the calling conventions that clang has
# as keywords everywhere ("Calling Conventions", Attributes in Clang).
WORDS_AS_ATTRIBUTES = {
    "__cdecl": "cdecl",
    "__fastcall": "fastcall",
    "__pascal": "pascal",
    "__regcall": "regcall",
    "__stdcall": "stdcall",
    "__thiscall": "thiscall",
    "__vectorcall": "vectorcall",
    "_Nonnull": "_Nonnull",
    "_Nullable": "_Nullable",
    "_Nullable_result": "_Nullable_result",
    "_Null_unspecified": "_Null_unspecified",
    "__nonnull": "_Nonnull",
    "__nullable": "_Nullable",
    "__null_unspecified": "_Null_unspecified",
    "__seg_fs": "address_space(__seg_fs)",
    "__seg_gs": "address_space(__seg_gs)",
}
ATTRIBUTE_WORDS = frozenset(("__attribute__", "__attribute", "__declspec"))
ALIGN_WORDS = frozenset(("_Alignas", "alignas"))
ASM_WORDS = frozenset(("asm", "__asm", "__asm__"))

# Type names that the compiler knows without a declaration. What a header declares itself comes first.
BUILTIN_TYPES = frozenset(
    (
        "__builtin_va_list",
        "__gnuc_va_list",
        "__builtin_ms_va_list",
        "_Float16",
        "_Float32",
        "_Float64",
        "_Float128",
        "_Float32x",
        "_Float64x",
        "_Float128x",
        "__float128",
        "__float80",
        "__ibm128",
        "__bf16",
        "__fp16",
        "_Decimal32",
        "_Decimal64",
        "_Decimal128",
        "__int128_t",
        "__uint128_t",
        "__SVInt8_t",
        "__SVFloat32_t",
        "__SVBool_t",
        "__mfp8",
        "__auto_type",
    )
)
# Those of them that have no counterpart in `ir`, and why.
UNMODELLED = {"__builtin_ms_va_list": "the variable argument list of another system"} | dict.fromkeys(
    ("__SVInt8_t", "__SVFloat32_t", "__SVBool_t"), "a vector of no fixed size"
)

VECTOR_ATTRIBUTES = frozenset(
    ("vector_size", "ext_vector_type", "neon_vector_type", "neon_polyvector_type", "arm_sve_vector_bits")
)

# Attributes that change how a function is called, so that a plain call would pass garbage.
CALLING_CONVENTIONS = frozenset(
    (
        "aarch64_sve_pcs",
        "aarch64_vector_pcs",
        "interrupt",
        "ms_abi",
        "pcs",
        "preserve_all",
        "preserve_most",
        "preserve_none",
        "regcall",
        "swiftasynccall",
        "swiftcall",
        "vectorcall",
    )
)
# The same for 32-bit x86 only; elsewhere compilers warn and ignore them, and headers keep them.
I386_CALLING_CONVENTIONS = frozenset(("fastcall", "pascal", "regparm", "sseregparm", "stdcall", "thiscall"))

# `mode(...)` replaces the arithmetic type that it stands beside ("Common Type Attributes", GCC manual).
MODES = {
    "QI": "char",
    "byte": "char",
    "HI": "short",
    "SI": "int",
    "DI": "long long",
    "TI": "__int128",
    "word": "word",
    "unwind_word": "word",
    "pointer": "word",
    "SF": "float",
    "DF": "double",
    "XF": "long double",
    "TF": "_Float128",
    "SC": "float _Complex",
    "DC": "double _Complex",
    "XC": "long double _Complex",
    "TC": "_Float128 _Complex",
}
