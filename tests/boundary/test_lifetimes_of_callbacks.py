"""How long a callback may be invoked: as long as a handle, by its kind or by the parameter that it is."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.shared_allocators import gives_part

HEADER = """
typedef struct hub hub;
hub *hub_new(void);
hub *hub_with(void (*told)(int n));
void hub_free(hub *h);
void hub_tell(hub *h, int n, void (*told)(int n));
void hub_set_free(hub *h, void (*release)(void *block));
void hub_set(hub *h, void *(*give)(unsigned long size), void (*release)(void *block));
"""
CONTRACT = """
handles: {{hub: {{create: [hub_new, hub_with], destroy: hub_free}}}}
functions:
  hub_with: {{params: {{told: {{callback: {{lifetime: handle(result)}}}}}}}}
  hub_tell: {{params: {{told: {{callback: {{lifetime: {lifetime}}}}}}}}}
  hub_set_free: {{params: {{release: {{callback: {{frees: block}}}}}}}}
  hub_set: {{params: {{give: {{callback: {{allocates: size}}}}, release: {{callback: {{frees: block}}}}}}}}
"""


@pytest.mark.parametrize("lifetime", ["handle(hub)", "handle(h)"])
def test_a_parameter_stands_for_the_handle_that_it_is(lifetime, joined):
    boundary = joined(HEADER, CONTRACT.format(lifetime=lifetime))

    assert boundary.functions["hub_tell"].members[2].shape.lifetime == "handle(hub)"


def test_what_is_returned_is_one_too(joined):
    boundary = joined(HEADER, CONTRACT.format(lifetime="static"))

    assert boundary.functions["hub_with"].members[0].shape.lifetime == "handle(hub)"


@pytest.mark.parametrize(
    ("lifetime", "message"),
    [
        ("handle(result)", "`result` is no handle, so `told` cannot last as long as it"),
        ("handle(hubb)", "handle `hubb` is not in `handles` or the parameters"),
        ("handle(n)", "`n` is no handle, so `told` cannot last as long as it"),
    ],
)
def test_what_is_no_handle_is_told(lifetime, message, refused):
    assert refused(HEADER, CONTRACT.format(lifetime=lifetime)) == [message]


def test_half_an_allocator_is_a_part_of_one(joined):
    boundary = joined(HEADER, CONTRACT.format(lifetime="static"))

    assert [name for name in boundary.functions if gives_part(boundary.functions[name])] == ["hub_set_free"]
