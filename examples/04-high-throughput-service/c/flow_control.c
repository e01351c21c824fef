#include "flow_control.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { LINE = 64 };

#define NANOSECONDS UINT64_C(1000000000)

/* The generic cell rate algorithm: all that a bucket remembers is when it will be full again, one number for one
   compare-and-swap. */
struct fc_bucket {
    uint64_t interval; /* nanoseconds for one token */
    uint64_t burst;
    _Alignas(LINE) _Atomic uint64_t full_at;
};

fc_bucket *fc_bucket_new(uint64_t per_second, uint64_t burst)
{
    if (per_second == 0 || per_second > FC_RATE_LIMIT || burst == 0 || burst > FC_BURST_LIMIT)
        return NULL;
    fc_bucket *bucket = aligned_alloc(LINE, sizeof *bucket);
    if (bucket != NULL) {
        bucket->interval = NANOSECONDS / per_second;
        bucket->burst = burst;
        atomic_init(&bucket->full_at, 0);
    }
    return bucket;
}

void fc_bucket_free(fc_bucket *bucket)
{
    free(bucket);
}

bool fc_bucket_take(fc_bucket *bucket, uint64_t now, uint64_t tokens, uint64_t *wait)
{
    if (tokens > bucket->burst) {
        *wait = FC_NEVER;
        return false;
    }
    const uint64_t latest = now + bucket->burst * bucket->interval;
    uint64_t full_at = atomic_load_explicit(&bucket->full_at, memory_order_relaxed), next;
    do {
        next = (full_at > now ? full_at : now) + tokens * bucket->interval;
        if (next > latest) {
            *wait = next - latest;
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(&bucket->full_at, &full_at, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    *wait = 0;
    return true;
}

/* Each cell tells whose turn it is: `turn` is the ticket of the push that may fill it, one more once it is filled, and the
   ticket of the push a lap later once it is empty again. */
typedef struct cell {
    _Alignas(LINE) _Atomic size_t turn;
    fc_job job;
} cell;

struct fc_ring {
    size_t mask;
    _Alignas(LINE) _Atomic size_t pushed; /* tickets that were given out */
    _Alignas(LINE) _Atomic size_t popped;
    cell cells[];
};

fc_ring *fc_ring_new(size_t capacity)
{
    if (capacity < 2 || capacity > FC_CAPACITY_LIMIT || (capacity & (capacity - 1)) != 0)
        return NULL;
    fc_ring *ring = aligned_alloc(LINE, sizeof *ring + capacity * sizeof ring->cells[0]);
    if (ring == NULL)
        return NULL;
    ring->mask = capacity - 1;
    atomic_init(&ring->pushed, 0);
    atomic_init(&ring->popped, 0);
    for (size_t i = 0; i < capacity; i++)
        atomic_init(&ring->cells[i].turn, i);
    return ring;
}

void fc_ring_free(fc_ring *ring)
{
    free(ring);
}

/* Return the cell whose turn it is, with its ticket; NULL when it is still filled, or not filled yet. */
static cell *claim(fc_ring *ring, _Atomic size_t *tickets, size_t filled, size_t *ticket)
{
    size_t at = atomic_load_explicit(tickets, memory_order_relaxed);
    for (;;) {
        cell *found = &ring->cells[at & ring->mask];
        const size_t turn = atomic_load_explicit(&found->turn, memory_order_acquire);
        if (turn == at + filled) {
            if (atomic_compare_exchange_weak_explicit(tickets, &at, at + 1, memory_order_relaxed, memory_order_relaxed)) {
                *ticket = at;
                return found;
            }
        } else if ((ptrdiff_t)(turn - (at + filled)) < 0) {
            return NULL;
        } else {
            at = atomic_load_explicit(tickets, memory_order_relaxed);
        }
    }
}

fc_status fc_ring_push(fc_ring *ring, const fc_job *job)
{
    size_t ticket;
    cell *free_cell = claim(ring, &ring->pushed, 0, &ticket);
    if (free_cell == NULL)
        return FC_FULL;
    free_cell->job = *job;
    atomic_store_explicit(&free_cell->turn, ticket + 1, memory_order_release);
    return FC_OK;
}

fc_status fc_ring_pop(fc_ring *ring, fc_job *job)
{
    size_t ticket;
    cell *filled = claim(ring, &ring->popped, 1, &ticket);
    if (filled == NULL)
        return FC_EMPTY;
    *job = filled->job;
    atomic_store_explicit(&filled->turn, ticket + ring->mask + 1, memory_order_release);
    return FC_OK;
}

size_t fc_ring_length(const fc_ring *ring)
{
    const size_t popped = atomic_load_explicit(&ring->popped, memory_order_acquire);
    const size_t pushed = atomic_load_explicit(&ring->pushed, memory_order_acquire);
    const size_t length = pushed - popped, capacity = ring->mask + 1;
    return length < capacity ? length : capacity;
}
