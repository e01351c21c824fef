"""Handles that the library has itself, as `psl_builtin(void)` returns one: where none can be made, these are used.

What is returned as `const`, by a function that is given nothing, is there as long as the library. Only what takes it as
`const` may be given it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.draft.model import GuessEvidence, LeftOut, Rank, guessed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.model import FunctionDraft
    from abidance.draft.views import HeaderView


def with_static_handles(
    header: HeaderView, drafts: Mapping[str, FunctionDraft]
) -> tuple[HeaderView, dict[str, FunctionDraft]]:
    """Return header and drafts with handles from functions that return one which is there, where none can be made."""
    handles, changed = dict(header.handles), dict(drafts)
    for key, several in header.handles.items():
        givers = tuple(name for name in _givers(header, key) if _is_called(name, drafts))
        if len(several) != 1 or not givers:
            continue
        facts = several[0]
        if any(_is_called(name, drafts) for name in facts.creators):
            continue
        handles[key] = (replace(facts, creators=givers, destroyer=None, borrowed=True),)
        for name in givers:
            changed[name] = _returning(changed[name], facts)
        for name, draft in drafts.items():
            if draft.left_out is None and _may_change(header, draft, facts):
                question = f"how a `{facts.name}` comes about that it may change or end"
                changed[name] = replace(draft, left_out=LeftOut(GuessEvidence(Rank.CAUTION, question)))
    return replace(header, handles=handles), changed


def _is_called(name: str, drafts: Mapping[str, FunctionDraft]) -> bool:
    return name in drafts and drafts[name].left_out is None


def _givers(header: HeaderView, key: str) -> Iterator[str]:
    """Yield the functions without parameters that return a pointer to such a record, `const`."""
    for name in header.functions:
        view = header.view(name)
        target = header.target(view.function.returns)
        if (
            target is not None
            and not view.parameters
            and header.is_const(target)
            and header.record_key(target) == key
        ):
            yield name


def _returning(draft: FunctionDraft, facts: HandleFacts) -> FunctionDraft:
    """Return the draft of a function that returns such a handle."""
    assert draft.returns is not None
    const = "const, so the library's"
    return draft.with_place(
        draft.returns.strengthened(
            (
                guessed("handle", facts.name, Rank.TYPE, const),
                guessed("nullable", value=True, rank=Rank.CAUTION, text="NULL is not excluded"),
                guessed("owner", "callee", Rank.TYPE, const),
                guessed("lifetime", "static", Rank.TYPE, "made from nothing that it could end with"),
            )
        )
    )


def _may_change(header: HeaderView, draft: FunctionDraft, facts: HandleFacts) -> bool:
    """Tell whether a function takes such a handle by a pointer through which it may write, or end it."""
    targets = {name: target for name, _, target in header.view(draft.name).pointers()}
    return any(
        place.what is not None
        and (place.what.clause, place.what.value) == ("handle", facts.name)
        and not (place.name in targets and header.is_const(targets[place.name]))
        for place in draft.params
    )
