/* How long the calls of a lane take.
 *
 * A timed call stands between two readings of the processor's clock. Between its rounds the lane calls a function
 * that does nothing, on the same way: what that takes is no part of the call. A reference stands beside each: work
 * of a known length in registers alone, as long as the call usually takes. What makes it late is the machine.
 *
 * Streamed calls follow one another without a clock in between, for as long as a stream lasts. Of contended lanes the
 * first is timed, and the others stream around it until it is done. Its calls count that ran at the same time as another
 * lane's, while the others got on with theirs: on a busy machine they may not run at all for most of the time.
 *
 * Threads that are started together need not meet. A call of a few nanoseconds is over before another processor has
 * the cache line that it asked for, so two of them may pass a lock a million times and find it free each time; what a
 * lock does once a thread had to wait would not be seen. So before anything counts, lanes meet: each begins its call at
 * the moment that the first one's begins, or a little before or after. Every lane shows when its last call began and
 * ended, by the processor's clock, which is one clock for all processors where it is invariant. So it is known of
 * each call whether it ran at the same time as another one.
 *
 * Counted beside are the times that the system took the processor away from the lane; how long a stream had none for that
 * is none of its time. A call that waits by itself is none of them.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>

#define LANES 8
#define SAMPLES 1024
#define WARM 8
#define LONGEST 20000000u  /* nanoseconds that the calls of a plan are timed */
#define LONGEST_AMONG 40000000u
#define FEWEST 3           /* calls are timed, however long they take */
#define STREAM 4000000u    /* nanoseconds that a stream lasts, but for a call that takes longer */
#define EMPTY_ROUNDS 512
#define APART 2000000u     /* nanoseconds between two looks at both clocks, for the one to be expressed in the other */
#define MEETINGS 1024u     /* calls that lanes begin together before any counts */
#define LONGEST_MEETING 4000000u /* nanoseconds that these take, or that the first of them is waited for */
#define PATIENCE 4000      /* looks at whether the others come; a lane that sleeps for its turn does not */
#define OPEN UINT32_MAX    /* of the gate: from now on each lane calls when it likes */
#define LOOK 16            /* of the calls of a stream, every so many is looked at for that */

enum stage { WARMING, EMPTY, MEETING, CALLING };

struct timing {
    /* What other lanes read, on a cache line of its own. */
    _Alignas(64) uint64_t entered; /* when its last call began, in ticks */
    uint64_t began, left;          /* when its last call that is over began, and when it was */
    uint32_t count;
    uint32_t meeting; /* the last one it came to */
    _Alignas(64) enum stage stage;
    uint32_t warmed, rounds, empties;
    uint32_t met;   /* of a stream: calls that ran at the same time as another lane's, of those that were looked at */
    uint32_t calls; /* of a lane that is timed among others, all */
    uint32_t among; /* those since the end of whose predecessor the others got on with theirs */
    enum timed_how how;
    int waited, differed;
    uint64_t since, first;
    uint64_t preempted; /* how often until it began, and then since */
    uint64_t queued;    /* of a stream, for how many nanoseconds another thread had the processor, as `preempted` */
    uint64_t others;    /* calls of the other lanes, as they were after the last of its own */
    uint64_t beside;    /* ticks that a call of nothing takes, at least: the steps around each call */
    uint64_t slept;     /* how often it waited by itself, as `preempted` */
    uint64_t spins; /* how long the reference is; of a stream, its ticks */
    uint64_t usual; /* ticks of the call, as far as they are known; of a stream, of what is beside it */
    void *target;
    uint64_t whole, real; /* what the last round before the first one that counts answered */
    uint64_t sample[SAMPLES], reference[SAMPLES], empty[SAMPLES];
};

static struct timing timings[LANES];
static uint32_t lanes_set;
static _Alignas(64) uint32_t gate; /* the meeting that lanes may come to */
static _Alignas(64) int over; /* what is timed among other lanes is done */
static uint64_t clock_origin, tick_origin;
static double ticks_a_spin;

static uint64_t clock_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* How often another thread was given the processor of this one, which had not asked for that. */
static uint64_t preemptions(void) {
    struct rusage used;
    return getrusage(RUSAGE_THREAD, &used) == 0 ? (uint64_t)used.ru_nivcsw : 0;
}

/* How often this thread gave its processor away to wait for something. */
static uint64_t sleeps(void) {
    struct rusage used;
    return getrusage(RUSAGE_THREAD, &used) == 0 ? (uint64_t)used.ru_nvcsw : 0;
}

/* For how long this thread wanted to run and had no processor, in nanoseconds (proc(5), schedstat); 0 if nobody tells.
 * It was asleep of itself for none of that. */
static uint64_t queueing(void) {
    char text[96] = "", *at = text;
    int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0)
        return 0;
    strtoull(at, &at, 10); /* how long it ran */
    return strtoull(at, NULL, 10);
}

/* Nothing that comes before is still under way, and nothing that follows has begun. */
static uint64_t tick(void) {
    _mm_lfence();
    uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}

uint64_t timed_now(void) { return tick(); }

/* Now, and for how long the thread had been queued by then. The processor was not taken away between the two, as far as
 * so many tries go: that would be taken off a time which it is no part of. */
static uint64_t tick_with_queue(uint64_t *queued) {
    uint64_t now = 0;
    for (int tries = 0; tries < 8; tries++) {
        *queued = queueing();
        now = tick();
        if (queueing() == *queued)
            break;
    }
    return now;
}

static void spin(uint64_t times) {
    while (times != 0) {
        __asm__ volatile("" : "+r"(times));
        times--;
    }
}

static uint64_t spun(uint64_t times) {
    uint64_t before = tick();
    spin(times);
    return tick() - before;
}

__attribute__((noinline)) static void nothing(void) { __asm__ volatile(""); }

static int by_size(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static uint64_t median(const uint64_t *values, uint32_t count) {
    static __thread uint64_t sorted[SAMPLES];
    if (count == 0)
        return 0;
    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, by_size);
    return sorted[count / 2];
}

void timed_begin(void) {
    over = 0;
    gate = 0;
    lanes_set = 0;
    if (clock_origin == 0) {
        clock_origin = clock_now();
        tick_origin = tick();
        uint64_t best = UINT64_MAX;
        for (int i = 0; i < 9; i++) {
            uint64_t taken = spun(4000);
            best = taken < best ? taken : best;
        }
        ticks_a_spin = (double)best / 4000;
    }
}

static double ticks_a_nanosecond(void) {
    uint64_t now;
    while ((now = clock_now()) - clock_origin < APART)
        ;
    return (double)(tick() - tick_origin) / (double)(now - clock_origin);
}

void timed_set(uint32_t number, void *target, uint32_t rounds, enum timed_how how) {
    struct timing *timing = &timings[number];
    if (timing->target != target)
        timing->usual = 0;
    timing->target = target;
    timing->rounds = rounds < SAMPLES ? rounds : SAMPLES;
    timing->how = how;
    timing->waited = timing->differed = 0;
    timing->warmed = timing->count = timing->empties = timing->meeting = 0;
    timing->met = timing->calls = timing->among = 0;
    timing->entered = timing->began = timing->left = 0;
    timing->beside = UINT64_MAX;
    lanes_set = number >= lanes_set ? number + 1 : lanes_set;
    timing->stage = rounds == 1 ? EMPTY : WARMING;
    timing->since = timing->first = 0;
}

static uint64_t made_by_others(const struct timing *timing) {
    uint64_t made = 0;
    for (uint32_t i = 0; i < LANES; i++)
        if (&timings[i] != timing)
            made += __atomic_load_n(&timings[i].count, __ATOMIC_RELAXED);
    return made;
}

static int is_stream(const struct timing *timing) {
    return timing->how == TIMED_STREAM || timing->how == TIMED_AROUND;
}

/* Whether the others have come to a meeting. */
static int came(uint32_t meeting) {
    for (uint32_t i = 1; i < lanes_set; i++)
        if (__atomic_load_n(&timings[i].meeting, __ATOMIC_RELAXED) < meeting)
            return 0;
    return 1;
}

/* Waits for the moment to begin a call that meets the others'; tells whether there is one more. */
static int meets(uint32_t number, struct timing *timing) {
    uint32_t last = timing->meeting, next;
    if (number != 0) {
        for (int looks = 0; (next = __atomic_load_n(&gate, __ATOMIC_ACQUIRE)) == last && looks < PATIENCE; looks++)
            ;
        __atomic_store_n(&timing->meeting, next, __ATOMIC_RELAXED);
        return next != OPEN;
    }
    if (last == 0)
        timing->since = clock_now();
    int late = (last & 15) == 0 && clock_now() - timing->since > LONGEST_MEETING;
    next = last == MEETINGS || late || timing->differed ? OPEN : last + 1;
    for (int looks = 0; !came(last) && looks < PATIENCE; looks++)
        if (last == 1 && clock_now() - timing->since < LONGEST_MEETING)
            looks = 0;
    __atomic_store_n(&timing->meeting, next, __ATOMIC_RELAXED);
    __atomic_store_n(&gate, next, __ATOMIC_RELEASE);
    if (next == OPEN)
        return 0;
    spin(8 * (last & 63)); /* the others hear of it a little later: in some of these calls they are ahead, in some behind */
    return 1;
}

/* Whether another lane was in a call at some time of this one, which was entered and left when that is said. The steps
 * around a call take as long on all lanes, so it does not matter how many of them stand before it. */
static int ran_together(const struct timing *timing, uint64_t entered, uint64_t left) {
    left -= timing->beside;
    for (uint32_t i = 0; i < lanes_set; i++) {
        const struct timing *other = &timings[i];
        if (other == timing)
            continue;
        /* In this order: of a call that ends meanwhile no half is taken for one of another. */
        uint64_t until = __atomic_load_n(&other->left, __ATOMIC_ACQUIRE);
        uint64_t began = __atomic_load_n(&other->began, __ATOMIC_ACQUIRE);
        uint64_t now = __atomic_load_n(&other->entered, __ATOMIC_RELAXED);
        if ((now > until && now <= left) || (began <= left && entered + other->beside <= until && began < until))
            return 1;
    }
    return 0;
}

static void least(uint64_t *known, uint64_t seen) { *known = seen < *known ? seen : *known; }

static void enters(struct timing *timing) { __atomic_store_n(&timing->entered, __rdtsc(), __ATOMIC_RELEASE); }

/* One round of a stream. All rounds do the same besides their call, so that what they take is known. */
static void *streamed_before(uint32_t number, void (*wait)(uint32_t)) {
    struct timing *timing = &timings[number];
    uint64_t now = __rdtsc();
    if (timing->stage == WARMING) {
        if (timing->since == 0)
            timing->since = clock_now();
        int slow = timing->warmed != 0 && clock_now() - timing->since > STREAM;
        if (timing->warmed < WARM && !slow) {
            timing->warmed++;
            return timing->target;
        }
        timing->stage = EMPTY;
        timing->spins = (uint64_t)(ticks_a_nanosecond() * STREAM);
        timing->first = now = tick();
    }
    int late = timing->how == TIMED_AROUND ? __atomic_load_n(&over, __ATOMIC_RELAXED) : now - timing->first > timing->spins;
    if (timing->stage == EMPTY) {
        if (timing->empties++ < EMPTY_ROUNDS) {
            enters(timing);
            return (void *)(uintptr_t)&nothing;
        }
        timing->usual = (tick() - timing->first) / EMPTY_ROUNDS;
        timing->stage = MEETING;
        wait(number);
    }
    if (timing->stage == MEETING) {
        if (lanes_set > 1 && meets(number, timing)) {
            enters(timing);
            return timing->target;
        }
        timing->stage = CALLING;
        timing->preempted = preemptions();
        timing->first = tick_with_queue(&timing->queued);
    } else if (timing->differed || late) {
        uint64_t queued, ended = tick_with_queue(&queued);
        timing->sample[0] = timing->count;
        timing->sample[1] = ended - timing->first;
        timing->sample[2] = timing->first - tick_origin;
        timing->sample[3] = timing->sample[2] + timing->sample[1];
        timing->preempted = preemptions() - timing->preempted;
        timing->queued = queued - timing->queued;
        return NULL;
    }
    __atomic_store_n(&timing->count, timing->count + 1, __ATOMIC_RELAXED);
    enters(timing);
    return timing->target;
}

/* Returns what to call in this round, NULL when there is no further one. The last call is the library's. */
void *timed_before(uint32_t number, void (*wait)(uint32_t)) {
    struct timing *timing = &timings[number];
    if (is_stream(timing))
        return streamed_before(number, wait);
    if (timing->since == 0) {
        timing->since = clock_now();
        timing->preempted = preemptions();
    }
    if (timing->stage == WARMING && (timing->warmed == WARM || clock_now() - timing->since > LONGEST / 4))
        timing->stage = EMPTY;
    if (timing->how == TIMED_AMONG && timing->stage == EMPTY && !timing->waited) {
        timing->waited = 1;
        wait(number);
        timing->stage = MEETING;
    }
    if (timing->stage == MEETING) {
        if (meets(number, timing))
            return timing->target;
        timing->stage = EMPTY;
        timing->since = clock_now();
        timing->preempted = preemptions();
        timing->slept = sleeps();
        timing->others = made_by_others(timing);
    }
    int late = timing->count >= FEWEST && (timing->count & 7) == 0 && clock_now() - timing->since > LONGEST;
    if (timing->how == TIMED_AMONG)
        late = clock_now() - timing->since > LONGEST_AMONG;
    if (timing->stage == EMPTY && (timing->count >= timing->rounds || timing->differed || late)) {
        timing->preempted = preemptions() - timing->preempted;
        timing->slept = sleeps() - timing->slept;
        __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
        return NULL;
    }
    if (timing->stage == CALLING && timing->count < SAMPLES)
        timing->reference[timing->count] = spun(timing->spins);
    if (timing->stage == CALLING && timing->how == TIMED_AMONG)
        spin(8 * (++timing->calls & 63)); /* two loops of a constant length fall into step, and then do not meet at all */
    void *target = timing->stage == EMPTY ? (void *)(uintptr_t)&nothing : timing->target;
    timing->first = tick();
    return target;
}

void timed_after(uint32_t number, uint64_t now, uint64_t whole, uint64_t real) {
    struct timing *timing = &timings[number];
    uint64_t taken = now - timing->first;
    if (is_stream(timing)) {
        now = __rdtsc();
        __atomic_store_n(&timing->began, timing->entered, __ATOMIC_RELEASE);
        __atomic_store_n(&timing->left, now, __ATOMIC_RELEASE);
    }
    switch (timing->stage) {
    case WARMING:
        timing->whole = whole; /* what the last of these answers is what the others are to answer */
        timing->real = real;
        if (is_stream(timing))
            break;
        timing->empty[timing->warmed++] = taken;
        timing->usual = median(timing->empty, timing->warmed);
        timing->spins = (uint64_t)((double)timing->usual / ticks_a_spin);
        break;
    case MEETING:
        break;
    case EMPTY:
        if (is_stream(timing)) {
            least(&timing->beside, now - timing->entered);
            break;
        }
        timing->empty[timing->count] = taken;
        timing->empties = timing->count + 1;
        least(&timing->beside, taken);
        timing->stage = CALLING;
        if (timing->rounds == 1)
            timing->spins = (uint64_t)((double)timing->usual / ticks_a_spin);
        break;
    case CALLING:
        if (is_stream(timing)) {
            timing->differed |= whole != timing->whole || real != timing->real;
            if (timing->how == TIMED_STREAM && lanes_set > 1 && number == 0 && timing->count % LOOK == 1)
                timing->met += (uint32_t)ran_together(timing, timing->entered, now);
            break;
        }
        if (timing->rounds == 1)
            timing->usual = taken;
        else if (whole != timing->whole || real != timing->real)
            timing->differed = 1;
        timing->sample[timing->count] = taken;
        timing->stage = EMPTY;
        if (timing->how != TIMED_AMONG) {
            timing->count++;
            break;
        }
        uint64_t others = made_by_others(timing);
        if (others != timing->others) {
            timing->among++;
            timing->count += (uint32_t)ran_together(timing, timing->first, now);
        }
        timing->others = others;
        break;
    }
}

static uint64_t in_picoseconds(uint64_t ticks, uint64_t less, double rate) {
    return ticks > less ? (uint64_t)((double)(ticks - less) * 1000 / rate) : 0;
}

/* Writes what was measured in picoseconds: how long each call took, and then how long each reference; of a stream
 * how many calls there were, how long all of them took, when they began and when they were over. Last comes how often the
 * processor was taken away meanwhile. Before that stands of the first stream how many calls ran at the same time as
 * another lane's, of every sixteenth, which was looked at; of calls among other lanes, how often they waited for
 * something, and how many were made while the others got on, at the same time or in turns. Returns how many numbers that
 * are. */
uint32_t timed_read(uint32_t number, uint64_t *to) {
    struct timing *timing = &timings[number];
    double rate = ticks_a_nanosecond();
    if (is_stream(timing)) {
        to[0] = timing->sample[0];
        uint64_t taken = in_picoseconds(timing->sample[1], timing->sample[0] * timing->usual, rate);
        to[1] = taken > 1000 * timing->queued ? taken - 1000 * timing->queued : 0;
        to[2] = in_picoseconds(timing->sample[2], 0, rate);
        to[3] = in_picoseconds(timing->sample[3], 0, rate);
        to[4] = timing->met;
        to[5] = timing->preempted;
        return 6;
    }
    uint64_t beside = median(timing->empty, timing->empties);
    for (uint32_t i = 0; i < timing->count; i++) {
        to[i] = in_picoseconds(timing->sample[i], beside, rate);
        to[timing->count + i] = in_picoseconds(timing->reference[i], 0, rate);
    }
    uint32_t at = 2 * timing->count;
    if (timing->how == TIMED_AMONG) {
        to[at++] = timing->slept;
        to[at++] = timing->among;
    }
    to[at++] = timing->preempted;
    return at;
}

#else

uint64_t timed_now(void) { return 0; }
void timed_begin(void) {}
void timed_set(uint32_t number, void *target, uint32_t rounds, enum timed_how how) {
    (void)number, (void)target, (void)rounds, (void)how;
}
void *timed_before(uint32_t number, void (*wait)(uint32_t)) {
    (void)number, (void)wait;
    return NULL;
}
void timed_after(uint32_t number, uint64_t now, uint64_t whole, uint64_t real) {
    (void)number, (void)now, (void)whole, (void)real;
}
uint32_t timed_read(uint32_t number, uint64_t *to) {
    (void)number, (void)to;
    return 0;
}

#endif
