"""How long a callback in a record lasts may be named by a parameter of the function that is given the record."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct rb_bus rb_bus;
struct rb_events { void (*told)(void *mine, int n); };
rb_bus *rb_new(void);
void rb_free(rb_bus *bus);
void rb_set(rb_bus *bus, const struct rb_events *events, void *mine);
void rb_clear(rb_bus *bus);
void rb_send(rb_bus *bus, int n);
"""
SOURCE = """\
#include "rb.h"
#include <stdlib.h>
struct rb_bus { void (*told)(void *mine, int n); void *mine; };
rb_bus *rb_new(void)
{
    return calloc(1, sizeof(rb_bus));
}
void rb_free(rb_bus *bus)
{
    free(bus);
}
void rb_set(rb_bus *bus, const struct rb_events *events, void *mine)
{
    bus->told = events->told;
    bus->mine = mine;
}
void rb_clear(rb_bus *bus)
{
    if (!WRONG)
        bus->told = NULL;
}
void rb_send(rb_bus *bus, int n)
{
    if (bus->told)
        bus->told(bus->mine, n);
}
"""
CONTRACT = """\
abidance: 1
boundary: rb
header: rb.h
libraries: {c: {path: librb.so}}
types:
  rb_events: {fields: {told: {callback: {lifetime: handle(bus), until: rb_clear}}}}
handles:
  rb_bus: {create: rb_new, destroy: rb_free}
functions:
  rb_new:
  rb_free:
  rb_set: {params: {events: {in: rb_events, user_data: mine}}}
  rb_clear:
  rb_send:
"""


@pytest.mark.slow
@pytest.mark.finds("ABD345")
def test_one_that_is_called_after_it_was_taken_back_is_found(codes_of_sequences):
    codes = codes_of_sequences("rb", HEADER, SOURCE, CONTRACT, "rb_bus", "-DWRONG=1", least=60)

    assert codes == ["ABD345"]


@pytest.mark.slow
@pytest.mark.spares("ABD345")
def test_what_is_taken_back_from_another_handle_is_there_still(codes_of_sequences):
    assert codes_of_sequences("rb", HEADER, SOURCE, CONTRACT, "rb_bus", "-DWRONG=0", least=60) == []
