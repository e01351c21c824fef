"""Memory that calls are lent, and keep: which handles it is there for, and after which call nobody may touch it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.windows import ended
from abidance.boundary.model.callbacks import EarlierCallbackShape
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import Earlier

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle, PlanDraft
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.functions import BoundaryFunction


@dataclass(frozen=True, slots=True)
class LentMemory:
    """Says after each call of a plan which blocks are the caller's again. `used_later` are those of later calls too."""

    draft: PlanDraft
    holdings: Holdings
    used_later: frozenset[tuple[int, str]]
    takes_back: bool
    """Whether any are: not where calls overlap."""

    def taken_back(self, function: BoundaryFunction, builder: CallBuilder, index: int) -> tuple[int, ...]:
        """Return the blocks that nobody may touch once this call has come back."""
        if not self.takes_back:
            return ()
        number = len(self.draft.steps)
        pinned = {
            block for path, block in builder.places.items() if (number, path) in self.used_later
        }  # a later call is given them again
        retired = [block for block in builder.lent if block not in pinned]
        about = self._given_with_callbacks(builder)
        for live in () if builder.refused else builder.used:
            # What the call itself is lent for longer than it lasts comes in the place of what it ends.
            ended_now = [
                block
                for block, until in live.keeps
                if function.name in until and (about is None or block in about)
            ]
            live.keeps = [(block, until) for block, until in live.keeps if block not in ended_now]
            retired += [block for block in ended_now if not self._is_kept_beside(block, live)]
        if builder.refused:  # it keeps nothing
            retired += [block for block, _, _ in builder.keeps if block not in pinned]
        for block, handle, until in () if builder.refused else builder.keeps:
            made = (
                live
                for live in self.draft.live
                if live.made == index and handle in (live.life.name, live.path)
            )
            holder = builder.holder(handle) or next(made, None)
            if holder is not None:
                holder.keeps.append((block, until))
        for live in builder.used:
            if live.life.destroy == function.name and live.held not in self.holdings.alive:
                kept = [block for block, _ in live.keeps]
                # Also what another handle keeps already: that one may end before these do.
                keepers = self.holdings.keepers(live.held) if kept else []
                for other in self.draft.live:
                    if other.held in keepers:
                        other.keeps += [(block, ()) for block in kept if (block, ()) not in other.keeps]
                retired += [block for block in kept if not self._is_kept_beside(block, live)]
                retired += ended(builder, live)
        self._keep_together(function, builder, index)
        return tuple(retired)

    def _given_with_callbacks(self, builder: CallBuilder) -> set[int] | None:
        """Return the blocks that were given along with the callbacks that a call is about; None for no such call."""
        named = {m.name for m in builder.function.members if isinstance(m.shape, EarlierCallbackShape)}
        given = [each for name in named if isinstance(each := builder.arguments[name], Earlier)]
        if not given:
            return None
        givers = (self.draft.placed[self.draft.steps[each.call]] for each in given)
        return {block for placed in givers for block in placed.places.values()}

    def _is_kept_beside(self, block: int, live: LiveHandle) -> bool:
        """Tell whether another handle that is there keeps a block, into which went what this one held."""
        return any(
            other is not live and other.held in self.holdings.alive and block in (b for b, _ in other.keeps)
            for other in self.draft.live
        )

    def _keep_together(self, function: BoundaryFunction, builder: CallBuilder, index: int) -> None:
        """Have a handle keep what another one does, of which it has now what that one held."""
        for member in function.members:
            shape = member.shape
            part = builder.lives.get(member.name)
            if not isinstance(shape, HandleShape) or not shape.into or part is None:
                continue
            made = (live for live in self.draft.live if live.made == index and live.path == shape.into)
            whole = next(made, None) or builder.lives.get(shape.into)
            if whole is not None and whole is not part:
                whole.keeps += [each for each in part.keeps if each not in whole.keeps]
