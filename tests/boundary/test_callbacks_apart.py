"""Callbacks that several handles were given are distinguished when a sequence is compared with a part of itself."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import SOMEWHERE, Case, Earlier, Script, Step
from abidance.checks.evidence.expectation import Expectation
from abidance.run.execution.handle_isolation import HandleIsolationProbe

HEADER = """
typedef struct hub hub;
typedef void (*teller)(void *user, int number);
hub *hub_open(void);
void hub_listen(hub *h, teller told, void *user);
void hub_put(hub *h, int number);
void hub_close(hub *h);
"""
CONTRACT = """
handles: {hub: {create: hub_open, destroy: hub_close}}
functions:
  hub_put:
  hub_listen: {params: {told: {callback: {lifetime: handle(hub)}, user_data: user}}}
"""
SOURCE = """
#include <stdlib.h>
struct hub { teller told; void *user; };
static hub *first;
hub *hub_open(void) { hub *h = calloc(1, sizeof *h); if (!first) first = h; return h; }
void hub_listen(hub *h, teller told, void *user) { h->told = told; h->user = user; }
void hub_put(hub *h, int number)
{
    hub *to = %s;
    if (to && to->told) to->told(to->user, number);
}
void hub_close(hub *h) { if (h == first) first = 0; free(h); }
"""
OPEN = Step("hub_open", {})


def listen(number):
    return Step("hub_listen", {"h": Earlier(number, "result", "hub"), "told": Script(), "user": SOMEWHERE})


def put(number):
    return Step("hub_put", {"h": Earlier(number, "result", "hub"), "number": 7})


@pytest.mark.parametrize(("whose", "codes"), [("h", []), ("first", ["ABD375"])])
@pytest.mark.parametrize(
    "steps", [(OPEN, listen(0), OPEN, listen(2), put(2)), (OPEN, OPEN, listen(1), listen(0), put(1))]
)
def test_a_call_calls_back_those_of_its_own_handle(steps, whose, codes, runner_for):
    boundary, runner = runner_for(HEADER, CONTRACT, SOURCE % whose)
    executor = runner.executor
    executor.phase = "lifecycle"
    executor.looks.isolation = HandleIsolationProbe(boundary, executor.bare_plan, always=True)

    trial = runner.run(Case("hub", {}, steps=steps), Expectation())

    assert [found.code.id for found in runner.judge.findings(trial)] == codes
