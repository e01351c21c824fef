/**
 * request_guard: decides which requests may enter the hot path of a service.
 *
 * A guard is told once which routes are served. From then on rg_admit() answers, for each request and before its
 * payload is read, whether the request may enter. It allocates nothing, takes no lock and reads no clock; what it
 * answers depends on the guard's routes and on the request, and on nothing else.
 *
 * A guard is not synchronised: calls on one guard must not overlap. Different guards are independent.
 */
#ifndef REQUEST_GUARD_H
#define REQUEST_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A request is admitted only when its payload is smaller than this, in bytes. */
#define RG_PAYLOAD_LIMIT 4096

/** How many routes one guard holds. */
#define RG_MAX_ROUTES 16

/** The longest route that can be added, in bytes. */
#define RG_MAX_ROUTE_LEN 64

/** The length of the longest text that rg_format_reason() writes, in bytes. */
#define RG_REASON_TEXT_MAX 13

/** What a request asks for. */
typedef enum rg_kind {
    RG_KIND_NONE = 0, /**< not set; never admitted */
    RG_QUOTE = 1,
    RG_BOOK = 2,
    RG_RISK_CHECK = 3
} rg_kind;

/** Why a request was refused. Where several reasons hold, the one told is: bad request, unknown route, too large. */
typedef enum rg_reason {
    RG_OK = 0,            /**< not refused */
    RG_UNKNOWN_ROUTE = 1, /**< the route is not one of the guard's */
    RG_TOO_LARGE = 2,     /**< the payload has RG_PAYLOAD_LIMIT bytes or more */
    RG_BAD_REQUEST = 3    /**< no guard, no request, no valid kind, or a NULL route with a length */
} rg_reason;

/** How a call went. */
typedef enum rg_status {
    RG_STATUS_OK = 0,
    RG_STATUS_INVALID = 1,  /**< an argument is NULL or out of range */
    RG_STATUS_FULL = 2,     /**< there is no room: in the guard, or in the caller's buffer */
    RG_STATUS_DUPLICATE = 3 /**< the guard has this route already */
} rg_status;

/** One request, described by the caller and only read by the guard. */
typedef struct rg_request {
    const char *route;      /**< `route_len` bytes of any value, NOT terminated; may be NULL when `route_len` is 0 */
    size_t route_len;       /**< any length is valid; a guard has no route of more than RG_MAX_ROUTE_LEN bytes */
    uint64_t payload_bytes; /**< size of the payload that would follow */
    rg_kind kind;
} rg_request;

/** What a guard has counted so far. */
typedef struct rg_stats {
    uint64_t admitted;       /**< requests that rg_admit() admitted */
    uint64_t refused;        /**< requests that rg_admit() refused */
    uint32_t routes;         /**< routes added */
    uint32_t route_capacity; /**< routes that can be held, RG_MAX_ROUTES */
} rg_stats;

/** A guard: its routes and its counters. */
typedef struct rg_guard rg_guard;

/**
 * Makes a guard that has no routes, and so admits nothing yet.
 *
 * @return a guard that the caller owns and gives back to rg_guard_free(), or NULL when memory is exhausted
 */
rg_guard *rg_guard_new(void);

/**
 * Adds a route. The bytes are copied; `route` need not outlive the call. A route is matched byte for byte.
 *
 * @param route      `route_len` bytes, not terminated; may be NULL when `route_len` is 0
 * @param route_len  1 to RG_MAX_ROUTE_LEN
 * @return RG_STATUS_OK, and otherwise the guard is unchanged:
 *         RG_STATUS_INVALID for a NULL guard or route, or a length out of range;
 *         RG_STATUS_DUPLICATE when the guard has this route already;
 *         RG_STATUS_FULL when it has RG_MAX_ROUTES other ones
 */
rg_status rg_guard_add_route(rg_guard *guard, const char *route, size_t route_len);

/**
 * Decides whether a request may enter: its route is one of the guard's, its payload is smaller than RG_PAYLOAD_LIMIT,
 * and its kind is a valid one other than RG_KIND_NONE. The guard counts the request as admitted or refused.
 *
 * @param guard    may be NULL: the request is refused
 * @param request  borrowed for the call; may be NULL: the call is refused, and not counted
 * @param reason   receives RG_OK or why the request was refused, on every return; may be NULL
 * @return true when the request is admitted
 */
bool rg_admit(rg_guard *guard, const rg_request *request, rg_reason *reason);

/**
 * Reads the guard's counters.
 *
 * @param stats  receives the counters, on RG_STATUS_OK only
 * @return RG_STATUS_OK, or RG_STATUS_INVALID when an argument is NULL
 */
rg_status rg_guard_stats(const rg_guard *guard, rg_stats *stats);

/**
 * Writes a short English text for a reason. The text is NOT terminated: `*length` is where it ends. A buffer of
 * RG_REASON_TEXT_MAX bytes has room for every text.
 *
 * @param out       receives the text
 * @param capacity  how many bytes `out` has room for
 * @param length    receives the length of the text
 * @return RG_STATUS_OK, and otherwise nothing was written:
 *         RG_STATUS_INVALID when `out` or `length` is NULL or `reason` is not an rg_reason;
 *         RG_STATUS_FULL when the text is longer than `capacity`
 */
rg_status rg_format_reason(rg_reason reason, char *out, size_t capacity, size_t *length);

/** Destroys a guard. NULL is allowed and does nothing. */
void rg_guard_free(rg_guard *guard);

#ifdef __cplusplus
}
#endif

#endif
