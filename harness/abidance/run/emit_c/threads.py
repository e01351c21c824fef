"""The part of an emitted program that calls from several threads at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import has_pointers
from abidance.boundary.model.types import PointerShape
from abidance.boundary.values.memory import meaning
from abidance.plan.call_order import Order
from abidance.run.emit_c.call import call_lines, complaint, same_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.evidence.case_result import CaseResult

ROUNDS = 1024
"""As many rounds as the worker makes at most; the program makes these again for as long as it may take."""
WITHIN = "static int within;\nstatic void *lane1(void *unused);"
"""What a callback needs that makes the second call from the first one."""
_BEFORE = """\
#include <pthread.h>

#include <time.h>

enum {{ THREADS = {count}, ROUNDS = {rounds}, SECONDS = 2 }};

static volatile int differs;
static int waiting;
static time_t began;

static inline void wait_for_others(void)
{{
    __atomic_add_fetch(&waiting, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&waiting, __ATOMIC_ACQUIRE) < THREADS)
        ;
}}
"""


def lane_functions(trial: CaseResult, boundary: Boundary, message: str) -> Iterator[str]:
    """Yield a function for each thread, and what they share with the rest of the program."""
    plan = trial.encoded.plan
    assert plan.lanes is not None
    rounds = min(ROUNDS, 1 << plan.lanes.rounds)
    nested = plan.lanes.order is Order.WITHIN
    yield from _BEFORE.format(count=plan.lanes.count, rounds=rounds).splitlines()
    yield from (f"static struct abd_block b{index};" for index in range(len(plan.blocks)))
    if plan.slots:
        yield f"static void *slot[{plan.slots}];"
    for number in range(plan.lanes.count):
        index = plan.subject + number
        call, placed = plan.calls[index], trial.encoded.calls[index]
        same = list(_conditions(trial, number))
        yield ""
        yield f"static void *lane{number}(void *unused)"
        yield "{"
        for block in call.watched:
            yield f"    unsigned char first{block}[{max(plan.blocks[block].size, 1)}];"
            yield f"    memcpy(first{block}, b{block}.at, {plan.blocks[block].size});"
        yield "    (void)unused;"
        if not nested:
            yield "    wait_for_others();"
        again = " || (ROUNDS > 1000 && time(NULL) < began + SECONDS)"
        yield f"    for (int round = 0; (round < ROUNDS{again}) && !differs; round++) {{"
        for block in call.watched:
            yield f"        memcpy(b{block}.at, first{block}, {plan.blocks[block].size});"
        yield from (f"        turn{callback} = 0;" for callback in placed.callbacks.values())
        bare = [
            line
            for line in call_lines(boundary, index, call, placed, needed=True, calls=plan.calls)
            if "return 2" not in line
        ]
        yield from (f"        {line}" for line in bare if not line.startswith("memcpy(&slot"))
        if call.signature[-1] != "v":
            yield f"        (void)r{index};"
        if same:
            yield f"        if (!({f'{chr(10)}            && '.join(same)})) {{"
            yield f"            {complaint(message)}"
            yield "            differs = 1;"
            yield "        }"
        yield "    }"
        yield "    return NULL;"
        yield "}"
    yield ""


def run_lanes(trial: CaseResult) -> Iterator[str]:
    """Yield what starts the threads and waits for them."""
    lanes = trial.encoded.plan.lanes
    assert lanes is not None
    if lanes.order is Order.WITHIN:
        yield "within = 1;"
        yield "lane0(NULL);"
        return
    names = ", ".join(f"lane{number}" for number in range(lanes.count))
    yield f"void *(*const lane[THREADS])(void *) = {{{names}}};"
    yield "pthread_t thread[THREADS];"
    yield "began = time(NULL);"
    yield "for (int i = 0; i < THREADS; i++)"
    yield "    if (pthread_create(&thread[i], NULL, lane[i], NULL) != 0)"
    yield "        abort();"
    yield "for (int i = 0; i < THREADS; i++)"
    yield "    pthread_join(thread[i], NULL);"


def _conditions(trial: CaseResult, number: int) -> Iterator[str]:
    """Yield what must be as it is alone; nothing where it crashed."""
    threads, plan = trial.threads, trial.encoded.plan
    if threads is None or not threads.pairs:
        return
    index = plan.subject + number
    alone = threads.pairs[number][1].observation.calls[index]
    call, placed = plan.calls[index], trial.encoded.calls[index]
    shape = placed.function.result.shape
    if alone.result and call.signature[-1] != "p":
        yield same_bytes(f"&r{index}", alone.result, meaning(shape, held=alone.result))
    elif alone.followed and isinstance(shape, PointerShape) and not has_pointers(shape.element):
        raw = alone.followed[0].contents
        if 0 < len(raw) <= 256:
            yield f"r{index} != NULL && {same_bytes(f'r{index}', raw, meaning(shape.element, held=raw))}"
    shapes = {placed.places.get(m.name): m.shape for m in placed.function.members}
    for block, raw in zip(call.watched, alone.blocks, strict=True):
        if raw and not any(r.block == block for r in plan.relocations) and len(raw) <= 256:
            found = shapes.get(block)
            yield same_bytes(
                f"b{block}.at",
                raw,
                meaning(found.element, held=raw) if isinstance(found, PointerShape) else b"",
            )
