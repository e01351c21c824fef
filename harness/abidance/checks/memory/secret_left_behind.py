"""ABD394: a copy of what is secret is left in memory that is nobody's any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.secret_fields import lives_ended
from abidance.boundary.model.types import RESULT_NAME
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_at
from abidance.checks.evidence.secret_copies import secret_copies
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.remnants import WhereLeft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.secret_copies import SecretCopy


class SecretLeftBehind(Check):
    """Flags a copy of what is `secret` in freed heap memory, a destroyed handle, or on the stack below its caller.

    ## Why it matters
    Whoever is given the memory next finds it there: another part of the program that reads what it has not written, a
    core dump, a swap file (CWE-14, CWE-226, CWE-244; CERT MEM03-C). The usual cause is a `memset` before `free` or
    `return`, which the compiler removes because nobody reads what it writes, or a copy that nobody thought of.

    ## Example
        params: {key: {in: bytes, length: 32, secret: true}}       # memset(round_keys, 0, sizeof round_keys); return;

    ## How it is detected
    Calls are made with secrets that nothing else looks like. Each block that the library frees is copied just before,
    also when a later call such as the one that destroys a handle frees it, and the 64 KiB of the stack below the caller
    are once the function has returned, before anybody else writes there. Both were filled with something else before.
    The memory of the caller's in which a handle was is looked at once that is destroyed. A copy is 40 bytes in a row of
    the secret, or all of one of 16 to 39; of an out parameter half of it as well.

    ## Not detected
    Secrets of fewer than 16 bytes, and copies of parts: a register that is saved on the stack looks the same. What a
    secret was turned into. The stack where the library calls back, and on other processors than x86-64. Blocks past
    their first 64 KiB, and all blocks that do not come from the C library's allocator. Static memory, and the stacks of
    other threads. Records in calls that are refused. A secret of which the caller is given the same bytes in what is
    not `secret`. Builds with a sanitizer or without optimisation: what they leave is not what is shipped.
    """

    id = "ABD394"
    name = "secret-left-behind"
    only_with = Evidence.SECRETS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each secret and kind of memory."""
        function = trial.function
        met: set[tuple[str, WhereLeft]] = set()
        for copy in secret_copies(trial):
            if (copy.path, copy.remnant.where) in met:
                continue
            met.add((copy.path, copy.remnant.where))
            here = copy.call == trial.encoded.plan.subject
            what = f"`{copy.path}`" if here else f"`{copy.path}` of `{function.name}`"
            who = trial.encoded.calls[copy.call].function.name
            yield Diagnostic(
                self.code,
                f"`{who}` leaves a copy of {what} {_where(copy)}",
                tuple(_labels(trial, copy.path)),
                help="wipe it with `explicit_bzero`, or by way of a `volatile` pointer: a compiler removes a `memset` "
                "of memory that nobody reads afterwards",
                place=f"{function.name}:{copy.path}:{copy.remnant.where.name.lower()}",
            )


def _labels(trial: CaseResult, path: str) -> Iterator[Label]:
    function = trial.function
    if path == RESULT_NAME and function.promise is not None and function.promise.returns is not None:
        yield Label(function.promise.returns.key_span("secret"))
    elif "." in path:
        yield from _labels_of_field(trial, path)
        return
    elif function.promise is not None:
        yield Label(function.promise.params[path].key_span("secret"))
    member = member_at(trial.boundary, function, path)
    yield Label(member.declared if member is not None else function.declaration.span)


def _labels_of_field(trial: CaseResult, path: str) -> Iterator[Label]:
    parameter, _, name = path.partition(".")
    life = next(life for each, life in lives_ended(trial.boundary, trial.subject) if each == parameter)
    types = trial.boundary.contract.types
    promise = types.get(life.spelling) or types[life.record.spelling]  # type: ignore[union-attr]
    yield Label(promise.fields[name].key_span("secret"))
    yield Label(trial.function.declaration.span)


def _where(copy: SecretCopy) -> str:
    remnant = copy.remnant
    if remnant.where is WhereLeft.STACK:
        return f"on the stack: {remnant.length} bytes, {remnant.offset} below its caller's frame"
    part = f"{remnant.length} bytes, from byte {remnant.offset} on"
    if remnant.where is WhereLeft.DESTROYED:
        return f"in the {remnant.size} bytes of the handle that it has destroyed: {part}"
    return f"in a block of {remnant.size} bytes that it has freed: {part}"
