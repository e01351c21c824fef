"""Attributes and pragmas of which nobody knows that they leave a type, or a call, as the declaration says.

What is listed here is known to ("Attribute Syntax" and the lists of attributes, GCC manual; "Attributes in Clang").
Whether the compiler has any other is asked of it: one that it does not have changes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.header.attributes import decode
from abidance.header.dialect import CALLING_CONVENTIONS, I386_CALLING_CONVENTIONS, VECTOR_ATTRIBUTES
from abidance.header.lexer import AttributeText
from abidance.header.pragmas import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.ir.declarations import Attribute

# How values lie in memory that the compiler is asked about (`aligned`), what is said of the pointer's target, of
# warnings, of optimisation, of the symbol, of tools.
_SAID_ELSEWHERE = """
address_space aligned asm gcc_struct mode ms_struct packed pragma_pack transparent_union warn_if_not_aligned
"""
_OF_FUNCTIONS = """
access alias alloc_align alloc_size allocating allocator always_inline artificial assume assume_aligned blocking
callback cdecl cf_check cold common const constructor convergent copy destructor disable_tail_calls error
expected_throw externally_visible fallthrough fd_arg fd_arg_read fd_arg_write fentry_name fentry_section flatten
force_align_arg_pointer format format_arg function_return gnu_inline guard hot hotpatch ifunc indirect_branch
indirect_return inline internal_linkage leaf likely malloc malloc_span min_vector_width minsize ms_hook_prologue
musttail naked no_address_safety_analysis no_builtin no_caller_saved_registers no_icf no_instrument_function
no_profile_instrument_function no_reorder no_sanitize no_sanitize_address no_sanitize_coverage no_sanitize_memory
no_sanitize_thread no_sanitize_undefined no_speculative_load_hardening no_split_stack no_stack_limit
no_stack_protector no_thread_safety_analysis no_uninstrument nocf_check noclone nocommon nodebug
nodirect_extern_access noduplicate noinit noinline noipa nomerge nonallocating nonblocking noplt noprofile noreturn
not_tail_called nothrow ns_consumed ns_returns_retained optimize optnone overloadable patchable_function_entry
persistent pure reproducible restrict retain returns_nonnull returns_twice section selectany sentinel simd
speculative_load_hardening stack_protect symver syscall_linkage sysv_abi target target_clones target_version
tls_model unlikely unsequenced used using_if_exists weak weak_import weakref xray_always_instrument
xray_log_args xray_never_instrument zero_call_used_regs dllexport dllimport visibility lto_visibility_public
"""
_OF_TYPES_AND_VALUES = """
acquire_capability acquire_handle acquire_shared_capability acquired_after acquired_before alloc_token annotate
annotate_type anyx86_no_caller_saved_registers argument_with_type_tag assert_capability assert_exclusive_lock
assert_shared_capability assert_shared_lock availability bounded btf_decl_tag btf_type_tag called_once capability
carries_dependency cf_audited_transfer cf_consumed cf_returns_not_retained cf_returns_retained cf_unknown_transfer
cleanup consumable counted_by counted_by_or_null deprecated designated_init diagnose_as_builtin diagnose_if
element_count enforce_tcb enforce_tcb_leaf enum_extensibility exclusive_lock_function exclusive_locks_required
exclusive_trylock_function external_source_symbol flag_enum gsl guarded_by guarded_var iboutlet init_priority
lifetime_capture_by lifetimebound lock_returned lockable locks_excluded loader_uninitialized maybe_unused may_alias
no_escape no_randomize_layout nodiscard noderef noescape nonnull nonstring null_terminated
null_terminated_string_arg ns_error_domain objc_boxable objc_bridge objc_bridge_mutable objc_bridge_related
objc_root_class ownership_holds ownership_returns ownership_takes pointer_with_type_tag preferred_type
pt_guarded_by pt_guarded_var randomize_layout release_capability release_generic_capability release_handle
release_shared_capability requires_capability requires_shared_capability scoped_lockable shared_lock_function
shared_locks_required shared_trylock_function sized_by sized_by_or_null strict_flex_array suppress swift_async
swift_async_error swift_async_name swift_attr swift_bridge swift_bridged_typedef swift_error swift_name
swift_newtype swift_objc_members swift_private swift_wrapper tainted_args try_acquire_capability
try_acquire_shared_capability type_tag_for_datatype type_visibility unavailable uninitialized unlock_function
unsafe_buffer_usage unused use_handle uuid vec_type_hint warn_unused warn_unused_result warning
_Nonnull _Nullable _Nullable_result _Null_unspecified
"""
# Refused or remade where they are read.
_TREATED = CALLING_CONVENTIONS | I386_CALLING_CONVENTIONS | VECTOR_ATTRIBUTES
_KNOWN = frozenset(
    (*_SAID_ELSEWHERE.split(), *_OF_FUNCTIONS.split(), *_OF_TYPES_AND_VALUES.split(), *_TREATED)
)

_HARMLESS = frozenset((*_OF_FUNCTIONS.split(), *_OF_TYPES_AND_VALUES.split())) - _TREATED

_ORDER = re.compile(r"(?:GCC\s+)?scalar_storage_order\s+(?P<order>[\w-]+)")
_PUSHED = re.compile(
    r"clang\s+attribute\s+(?:\w+\s*\.\s*)?(?P<what>push|pop)\s*(?:\(\s*(?P<word>__attribute__|\[\[)\s*(?P<rest>.*))?",
    re.DOTALL,
)


def is_harmless(name: str) -> bool:
    """Tell whether a declaration with this attribute has the type that its words say."""
    return name in _HARMLESS and name in _KNOWN


def foreign(found: Iterable[Attribute], has: Callable[[str], bool]) -> str | None:
    """Return the first attribute that may make another type, or another kind of call; `has` asks the compiler."""
    return next((each.name for each in found if each.name not in _KNOWN and has(each.name)), None)


class Pushed:
    """What pragmas add to the declarations behind them: attributes, and another order of bytes in records."""

    def __init__(self, pragmas: Iterable[tuple[int, str]]) -> None:
        self._orders: list[tuple[int, str]] = []
        self._pushed: list[tuple[int, tuple[Attribute, ...]]] = []
        stack: list[tuple[Attribute, ...]] = []
        for offset, words in pragmas:
            if found := _ORDER.match(words):
                other = found["order"] not in {"default", "little-endian"}
                self._orders.append((offset, f"#pragma {found[0]}" if other else ""))
            elif found := _PUSHED.match(words):
                stack = [*stack, _attributes(found)] if found["what"] == "push" else stack[:-1]
                self._pushed.append((offset, tuple(each for pushed in stack for each in pushed)))

    @property
    def adds_attributes(self) -> bool:
        """Tell whether any declaration has attributes that pragmas add."""
        return bool(self._pushed)

    def order(self, offset: int) -> str:
        """Return the pragma that orders the bytes of a record's numbers otherwise there, or nothing."""
        return in_force(self._orders, offset, "")

    def attributes(self, offset: int) -> tuple[Attribute, ...]:
        """Return the attributes that are added to what is declared there."""
        return in_force(self._pushed, offset, ())


def _attributes(found: re.Match[str]) -> tuple[Attribute, ...]:
    word, rest = found["word"] or "", found["rest"] or ""
    if word == "[[":
        return decode(AttributeText("[[", rest.partition("]]")[0]))
    inside = (
        rest[: rest.rfind("apply_to")].rstrip().removesuffix(",").rstrip() if "apply_to" in rest else rest
    )
    return decode(AttributeText("__attribute__", inside.removeprefix("(").removesuffix(")")))
