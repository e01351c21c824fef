/* Flow control of a service that many threads share: a token bucket decides which requests come in, and a ring hands them to
   the threads that answer them. Both are on the path of every request. */
#ifndef FLOW_CONTROL_H
#define FLOW_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FC_RATE_LIMIT 1000000000
#define FC_BURST_LIMIT 1048576
#define FC_CAPACITY_LIMIT 65536
#define FC_PAYLOAD 48
#define FC_NEVER UINT64_MAX

/* A token bucket: `per_second` tokens come in each second, up to `burst` of them. Any number of threads may take at once. */
typedef struct fc_bucket fc_bucket;

/* A full bucket, or NULL when a number is 0 or beyond its limit, or there is no memory. */
fc_bucket *fc_bucket_new(uint64_t per_second, uint64_t burst);
void fc_bucket_free(fc_bucket *bucket);

/* Take all of the tokens or none. `now` is in nanoseconds, from a clock that never goes back. When there are too few,
   `*wait` is how many nanoseconds later there would be enough, FC_NEVER for more than the burst; else it is 0. */
bool fc_bucket_take(fc_bucket *bucket, uint64_t now, uint64_t tokens, uint64_t *wait);

typedef struct fc_job {
    uint64_t id;
    uint32_t kind;
    uint32_t length;    /* of what is in the payload */
    uint8_t payload[FC_PAYLOAD];
} fc_job;

typedef enum fc_status {
    FC_OK,
    FC_FULL,
    FC_EMPTY,
} fc_status;

/* A bounded queue of jobs, first in, first out. Any number of threads may push and pop at once; none ever waits. */
typedef struct fc_ring fc_ring;

/* An empty ring, or NULL when the capacity is no power of two from 2 to the limit, or there is no memory. */
fc_ring *fc_ring_new(size_t capacity);
void fc_ring_free(fc_ring *ring);

/* Copy a job in, or out. */
fc_status fc_ring_push(fc_ring *ring, const fc_job *job);
fc_status fc_ring_pop(fc_ring *ring, fc_job *job);

/* How many jobs there are; while others push and pop, about how many. */
size_t fc_ring_length(const fc_ring *ring);

#endif
