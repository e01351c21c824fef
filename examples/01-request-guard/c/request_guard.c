#include "request_guard.h"

#include <stdlib.h>
#include <string.h>

struct route {
    size_t length;
    char text[RG_MAX_ROUTE_LEN];
};

/* The routes lie inside the guard: admitting follows no pointer, and only rg_guard_new() can run out of memory. */
struct rg_guard {
    struct route routes[RG_MAX_ROUTES];
    uint32_t route_count;
    uint64_t admitted;
    uint64_t refused;
};

static bool same_route(const struct route *known, const char *text, size_t length)
{
    return known->length == length && memcmp(known->text, text, length) == 0;
}

static bool has_route(const rg_guard *guard, const char *text, size_t length)
{
    /* No route is empty, so `text`, which may be NULL then, is not read. */
    if (length == 0) {
        return false;
    }
    for (uint32_t i = 0; i < guard->route_count; ++i) {
        if (same_route(&guard->routes[i], text, length)) {
            return true;
        }
    }
    return false;
}

/* An enum parameter of C can hold any value of its integer type (C11 6.7.2.2), so the valid ones are listed. */
static bool is_valid_kind(rg_kind kind)
{
    switch (kind) {
    case RG_QUOTE:
    case RG_BOOK:
    case RG_RISK_CHECK:
        return true;
    case RG_KIND_NONE:
        break;
    }
    return false;
}

static rg_reason judge(const rg_guard *guard, const rg_request *request)
{
    if (!is_valid_kind(request->kind)) {
        return RG_BAD_REQUEST;
    }
    if (request->route == NULL && request->route_len > 0) {
        return RG_BAD_REQUEST;
    }
    if (!has_route(guard, request->route, request->route_len)) {
        return RG_UNKNOWN_ROUTE;
    }
    if (request->payload_bytes >= RG_PAYLOAD_LIMIT) {
        return RG_TOO_LARGE;
    }
    return RG_OK;
}

/* NULL when `reason` is not one of the enumerators. */
static const char *reason_text(rg_reason reason)
{
    switch (reason) {
    case RG_OK:
        return "ok";
    case RG_UNKNOWN_ROUTE:
        return "unknown route";
    case RG_TOO_LARGE:
        return "too large";
    case RG_BAD_REQUEST:
        return "bad request";
    }
    return NULL;
}

rg_guard *rg_guard_new(void)
{
    return calloc(1, sizeof(rg_guard));
}

rg_status rg_guard_add_route(rg_guard *guard, const char *route, size_t route_len)
{
    if (guard == NULL || route == NULL) {
        return RG_STATUS_INVALID;
    }
    if (route_len == 0 || route_len > RG_MAX_ROUTE_LEN) {
        return RG_STATUS_INVALID;
    }
    if (has_route(guard, route, route_len)) {
        return RG_STATUS_DUPLICATE;
    }
    if (guard->route_count == RG_MAX_ROUTES) {
        return RG_STATUS_FULL;
    }
    struct route *slot = &guard->routes[guard->route_count];
    memcpy(slot->text, route, route_len);
    slot->length = route_len;
    ++guard->route_count;
    return RG_STATUS_OK;
}

bool rg_admit(rg_guard *guard, const rg_request *request, rg_reason *reason)
{
    rg_reason outcome = RG_BAD_REQUEST;
    if (guard != NULL && request != NULL) {
        outcome = judge(guard, request);
        if (outcome == RG_OK) {
            ++guard->admitted;
        } else {
            ++guard->refused;
        }
    }
    if (reason != NULL) {
        *reason = outcome;
    }
    return outcome == RG_OK;
}

rg_status rg_guard_stats(const rg_guard *guard, rg_stats *stats)
{
    if (guard == NULL || stats == NULL) {
        return RG_STATUS_INVALID;
    }
    stats->admitted = guard->admitted;
    stats->refused = guard->refused;
    stats->routes = guard->route_count;
    stats->route_capacity = RG_MAX_ROUTES;
    return RG_STATUS_OK;
}

rg_status rg_format_reason(rg_reason reason, char *out, size_t capacity, size_t *length)
{
    const char *text = reason_text(reason);
    if (text == NULL || out == NULL || length == NULL) {
        return RG_STATUS_INVALID;
    }
    const size_t text_length = strlen(text);
    if (text_length > capacity) {
        return RG_STATUS_FULL;
    }
    memcpy(out, text, text_length);
    *length = text_length;
    return RG_STATUS_OK;
}

void rg_guard_free(rg_guard *guard)
{
    free(guard);
}
