#include "request_guard.h"
#include "target.h"

static rg_guard *(*new_guard)(void);
static void (*free_guard)(rg_guard *);
static rg_status (*add_route)(rg_guard *, const char *, size_t);
static bool (*admit)(rg_guard *, const rg_request *, rg_reason *);

static void prepare(void)
{
    new_guard = (rg_guard * (*)(void)) symbol("rg_guard_new");
    free_guard = (void (*)(rg_guard *))symbol("rg_guard_free");
    add_route = (rg_status(*)(rg_guard *, const char *, size_t))symbol("rg_guard_add_route");
    admit = (bool (*)(rg_guard *, const rg_request *, rg_reason *))symbol("rg_admit");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t head[13] = {0};
    size_t used = size < sizeof head ? size : sizeof head;
    memcpy(head, data, used);
    rg_guard *guard = new_guard();
    if (!guard)
        return 0;
    add_route(guard, "/quote", 6);
    add_route(guard, "/book", 5);
    rg_request request = {.route_len = size - used, .kind = head[0] % 4};
    memcpy(&request.payload_bytes, head + 1, 8);
    char *route = (char *)copy_of(data + used, size - used);
    request.route = route;
    rg_reason reason = RG_BAD_REQUEST;
    bool admitted = admit(guard, &request, &reason);
    bool known = (request.route_len == 6 && !memcmp(route, "/quote", 6)) || (request.route_len == 5 && !memcmp(route, "/book", 5));
    expect(!admitted || request.payload_bytes < RG_PAYLOAD_LIMIT);
    expect(!admitted || known);
    expect(admitted == (reason == RG_OK));
    free(route);
    free_guard(guard);
    return 0;
}
