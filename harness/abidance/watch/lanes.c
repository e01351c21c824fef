/* Lanes: one function called over and over from several threads at once, with nothing between the calls but what
 * puts their memory back.
 *
 * The worker calls `abidance_lane_N` as if it were the function. That keeps the arguments, waits for the other
 * lanes, and then makes the real call round after round, without the interpreter in between. What each round answered
 * is written down while lanes run alone, and compared while they run together: the first round that answers otherwise
 * is the last, so that the worker can look at it. A comparison only ends the rounds; it judges nothing.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define LANES 8
#define ROUNDS 1024
#define BLOCKS 16
#define LONGEST_ALONE 1000000 /* nanoseconds that a lane may take alone */
#define LONGEST_TOGETHER 5000000
#define SPINS 2000
#define PAUSE 20000000u /* nanoseconds between the rounds of a lane that pauses */
#define REST 2000000u /* nanoseconds that lanes sleep before they begin at the same time */
#define CALLBACKS 32

struct answer {
    uint64_t whole, real, memory;
};

/* What a call left in the registers of results. */
struct registers {
    uint64_t rax, rdx, xmm0[2], xmm1[2];
};

struct block_of_lane {
    uint8_t *at, *first; /* what it held before the first round */
    uint64_t size;
};

struct lane {
    void *target;
    struct answer mask; /* which parts of an answer are compared; `memory` is all or nothing */
    uint32_t round, until, rounds, blocks;
    int constant; /* every round alone answered alike */
    struct block_of_lane block[BLOCKS];
    uint32_t callback[CALLBACKS], callbacks; /* that it is given, and that begin anew with every round */
    uint64_t began, took;
    struct answer log[ROUNDS];
};

static struct lane lanes[LANES];
static enum abidance_order order;
static uint32_t count, arrived, awake;
static uint64_t beginning; /* of lanes that are measured: when all of them wake */
static int unsteady, trap_failed;

static int keeps_answers(void) { return order >= ABIDANCE_RECORDED; }

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t memory_of(const struct lane *lane) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < lane->blocks; i++)
        for (uint64_t at = 0; at < lane->block[i].size; at++)
            hash = (hash ^ lane->block[i].at[at]) * 0x100000001b3u;
    return hash;
}

static void forget(struct lane *lane) {
    for (uint32_t i = 0; i < lane->blocks; i++)
        free(lane->block[i].first);
    lane->blocks = 0;
    lane->callbacks = 0;
}

void lanes_unused(void) {
    for (uint32_t i = 0; i < LANES; i++)
        lanes[i].rounds = 0;
}

int abidance_lanes_begin(int how, uint32_t how_many) {
#if defined(__x86_64__)
    if (how_many > LANES)
        return ABIDANCE_MALFORMED;
    order = (enum abidance_order)how;
    count = how_many;
    arrived = 0;
    beginning = 0;
    awake = 0;
    unsteady = 0;
    abidance_trapped = 0;
    trap_failed = 0;
    reentry_begin();
    if (order >= ABIDANCE_TIMED && !keeps_answers())
        timed_begin();
    for (uint32_t i = 0; i < LANES; i++)
        forget(&lanes[i]);
    return ABIDANCE_OK;
#else
    (void)how, (void)how_many;
    return ABIDANCE_MALFORMED;
#endif
}

void abidance_lane_set(uint32_t number, void *target, uint64_t whole, uint64_t real, uint32_t rounds) {
    struct lane *lane = &lanes[number];
    lane->target = target;
    lane->round = 0;
    if (keeps_answers()) {
        lane->mask = (struct answer){whole, real, 0};
        lane->rounds = rounds < ROUNDS ? rounds : ROUNDS;
    } else if (order >= ABIDANCE_TIMED) {
        lane->mask = (struct answer){whole, real, 0};
        lane->rounds = rounds;
        if (order == ABIDANCE_CONTENDED)
            timed_set(number, target, rounds, number == 0 ? TIMED_AMONG : TIMED_AROUND);
        else if (order != ABIDANCE_STEPPED)
            timed_set(number, target, rounds, order == ABIDANCE_STREAMED ? TIMED_STREAM : TIMED_ALONE);
    } else if (order == ABIDANCE_ALONE || order == ABIDANCE_TRAPPED || order == ABIDANCE_WITHIN) {
        lane->mask = (struct answer){whole, real, 1};
        lane->rounds = rounds < ROUNDS ? rounds : ROUNDS;
        lane->constant = rounds >= ROUNDS;
    }
    if (order == ABIDANCE_TOGETHER && lane->rounds == 0) {
        /* A process in which no lane ran alone before: the first call of each is what there is to see. */
        lane->mask = (struct answer){whole, real, 1};
        lane->rounds = 1;
    }
    /* Where all answers are one, there is no end to the rounds but time: threads may not run at once for long. */
    lane->until = order == ABIDANCE_TOGETHER && lane->constant ? UINT32_MAX : lane->rounds;
}

/* A block that a call may write to: every round begins with what it holds now. */
int abidance_lane_block(uint32_t number, uint8_t *at, uint64_t size) {
    struct lane *lane = &lanes[number];
    uint8_t *first = lane->blocks < BLOCKS ? malloc(size ? size : 1) : NULL;
    if (first == NULL)
        return ABIDANCE_NO_MEMORY;
    memcpy(first, at, size);
    lane->block[lane->blocks++] = (struct block_of_lane){at, first, size};
    return ABIDANCE_OK;
}

/* A callback that a call is given. */
int abidance_lane_callback(uint32_t number, uint32_t callback) {
    struct lane *lane = &lanes[number];
    if (lane->callbacks >= CALLBACKS)
        return ABIDANCE_TOO_MANY;
    lane->callback[lane->callbacks++] = callback;
    return ABIDANCE_OK;
}

/* Lets a lane go on to a part of its rounds: `part` of `parts`. The first and the last ones are one round each. */
void abidance_lane_part(uint32_t number, uint32_t part, uint32_t parts) {
    struct lane *lane = &lanes[number];
    uint32_t rounds = lane->rounds, left = parts - part, fine = parts * 2 / 5;
    if (rounds <= parts || left < fine)
        lane->until = rounds > left ? rounds - left : 0;
    else if (part <= fine)
        lane->until = part;
    else
        lane->until = fine + (uint32_t)((uint64_t)(rounds - 2 * fine) * (part - fine) / (parts - 2 * fine));
}

/* Whether some call answered otherwise in another order; of a call within another, whether it was never made. */
int abidance_lanes_unsteady(void) { return order == ABIDANCE_WITHIN ? !reentry_made() : unsteady; }

/* Spreads the lanes over the processors: on a busy machine, threads that begin at once may else share a single one. */
static void stay_apart(uint32_t number) {
    cpu_set_t allowed, own;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    number %= (uint32_t)CPU_COUNT(&allowed);
    CPU_ZERO(&own);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && number-- == 0)
            CPU_SET(cpu, &own);
    sched_setaffinity(0, sizeof own, &own);
}

/* On a busy machine, threads that have slept are let run first: so they wake, and run, together. */
static void begin_together(uint32_t number) {
    if (count == 1)
        return;
    stay_apart(number);
    if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == count)
        __atomic_store_n(&beginning, now() + REST, __ATOMIC_RELEASE);
    uint64_t at;
    while ((at = __atomic_load_n(&beginning, __ATOMIC_ACQUIRE)) == 0)
        sched_yield();
    struct timespec until = {(time_t)(at / 1000000000u), (long)(at % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
    __atomic_add_fetch(&awake, 1, __ATOMIC_ACQ_REL);
    for (uint32_t spins = 0; __atomic_load_n(&awake, __ATOMIC_ACQUIRE) < count && now() < at + REST; spins++)
        if (spins > SPINS)
            sched_yield();
}

static void trap(int on) {
#if defined(__x86_64__) && defined(PR_SET_SYSCALL_USER_DISPATCH)
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, on ? PR_SYS_DISPATCH_ON : PR_SYS_DISPATCH_OFF, 0, 0,
              on ? (unsigned long)(uintptr_t)&abidance_trap : 0)
        != 0)
        trap_failed = 1;
#else
    (void)on;
    trap_failed = 1;
#endif
}

/* The first system call of a trapped call plus one, 0 when it made none, -1 when nobody could see. */
int abidance_lanes_trapped(void) { return trap_failed ? -1 : (int)abidance_trapped; }

void *lane_before(uint32_t number, uint8_t *frame);
void lane_after(uint32_t number, const struct registers *left);

/* The first lane is the outer call, the second one the inner. */
static void *one_within_another(uint32_t number, struct lane *lane, uint8_t *frame) {
    if (number != 0) {
        reentry_lane(lane->target, frame);
        return NULL;
    }
    if (lane->round > 0)
        return NULL;
    reentry_arm(1);
    return lane->target;
}

static void restore(const struct lane *lane) {
    for (uint32_t i = 0; i < lane->blocks; i++)
        memcpy(lane->block[i].at, lane->block[i].first, lane->block[i].size);
    for (uint32_t i = 0; i < lane->callbacks; i++)
        callback_rewind(lane->callback[i]);
}

/* What a lane calls next for its cost to be known, NULL when that is known. */
static void *measured(uint32_t number, struct lane *lane) {
    restore(lane);
    if (order != ABIDANCE_STEPPED)
        return timed_before(number, begin_together);
    if (lane->round > 0)
        return NULL;
    stepped_begin(lane->rounds);
    return lane->target;
}

/* What a lane calls next for its answer to be kept, NULL after the last round. */
static void *recorded(uint32_t number, struct lane *lane) {
    if (lane->round == 0) {
        if (order == ABIDANCE_GATHERED)
            begin_together(number);
        lane->began = now();
    } else if (order == ABIDANCE_PAUSED && lane->round == lane->rounds / 2) {
        struct timespec pause = {0, PAUSE};
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    }
    if (lane->round >= lane->rounds) {
        lane->took = now() - lane->began;
        return NULL;
    }
    restore(lane);
    return lane->target;
}

/* Writes how long the rounds of a lane took, in nanoseconds, and what each left in the register of results. */
static uint32_t answers_of(const struct lane *lane, uint64_t *to) {
    to[0] = lane->took;
    for (uint32_t i = 0; i < lane->round; i++)
        to[1 + i] = lane->log[i].whole;
    return 1 + lane->round;
}

/* Writes what is known of a lane's cost, of which there is at most MEASURED_NUMBERS; returns how many numbers. */
uint32_t abidance_lane_measured(uint32_t number, uint64_t *to) {
    if (keeps_answers())
        return answers_of(&lanes[number], to);
    if (order != ABIDANCE_STEPPED)
        return timed_read(number, to);
    to[0] = stepped_count();
    return to[0] != 0;
}

void *lane_before(uint32_t number, uint8_t *frame) {
    static __thread uint64_t began;
    struct lane *lane = &lanes[number];
    if (order == ABIDANCE_WITHIN)
        return one_within_another(number, lane, frame);
    if (keeps_answers())
        return recorded(number, lane);
    if (order >= ABIDANCE_TIMED)
        return measured(number, lane);
    if (lane->round == 0) {
        if (order == ABIDANCE_TOGETHER)
            begin_together(number);
        began = now();
    } else if (order == ABIDANCE_ALONE && now() - began > LONGEST_ALONE) {
        lane->rounds = lane->until = lane->round;
    } else if (lane->until == UINT32_MAX && now() - began > LONGEST_TOGETHER) {
        lane->until = lane->round;
    }
    if (lane->round >= lane->until)
        return NULL;
    restore(lane);
    if (order == ABIDANCE_TRAPPED) {
        trap(1);
        abidance_trap = !trap_failed; /* from here on, not one system call more before the call */
    }
    return lane->target;
}

void lane_after(uint32_t number, const struct registers *left) {
    int timed = order == ABIDANCE_TIMED || (order == ABIDANCE_CONTENDED && number == 0);
    uint64_t now = timed ? timed_now() : 0; /* before anything else */
    if (order == ABIDANCE_TRAPPED) {
        abidance_trap = 0;
        trap(0);
    }
    strays_end();
    struct lane *lane = &lanes[number];
    if (keeps_answers()) {
        lane->log[lane->round++].whole = left->rax & lane->mask.whole;
        return;
    }
    if (order >= ABIDANCE_TIMED) {
        lane->round++;
        if (order == ABIDANCE_STEPPED)
            stepped_end();
        else
            timed_after(number, now, left->rax & lane->mask.whole, left->xmm0[0] & lane->mask.real);
        return;
    }
    if (order == ABIDANCE_WITHIN) {
        reentry_arm(0);
        lane->round++;
        return;
    }
    struct answer *kept = &lane->log[lane->until == UINT32_MAX ? 0 : lane->round];
    lane->round++;
    struct answer seen = {left->rax & lane->mask.whole, left->xmm0[0] & lane->mask.real, 0};
    if (lane->mask.memory)
        seen.memory = memory_of(lane);
    if (order == ABIDANCE_TRAPPED)
        return;
    if (order == ABIDANCE_ALONE) {
        *kept = seen;
        const struct answer *first = &lane->log[0];
        lane->constant &= seen.whole == first->whole && seen.real == first->real && seen.memory == first->memory;
        return;
    }
    struct answer apart = {(kept->whole ^ seen.whole) & lane->mask.whole, (kept->real ^ seen.real) & lane->mask.real,
                           lane->mask.memory && kept->memory != seen.memory};
    if (order == ABIDANCE_TOGETHER) {
        if (apart.whole || apart.real || apart.memory)
            lane->until = lane->round;
        return;
    }
    /* What differs between two orders of the same calls on one thread is not worth looking at. */
    if (apart.whole || apart.real)
        unsteady = 1;
    if (apart.memory)
        lane->mask.memory = 0;
}

#if defined(__x86_64__)
/* As the psABI (3.2.3) passes arguments: six registers, eight vector registers, `al`, and 256 bytes of the stack. */
__asm__(".text\n"
        ".type abidance_lane, @function\n"
        "abidance_lane:\n"
        "    .globl abidance_lane\n"
        "    .hidden abidance_lane\n"
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    subq $256, %rsp\n"
        "    movq %r11, -8(%rbp)\n"
        "    movq %rax, -16(%rbp)\n"
        "    movq %rdi, -24(%rbp)\n"
        "    movq %rsi, -32(%rbp)\n"
        "    movq %rdx, -40(%rbp)\n"
        "    movq %rcx, -48(%rbp)\n"
        "    movq %r8, -56(%rbp)\n"
        "    movq %r9, -64(%rbp)\n"
        "    movups %xmm0, -80(%rbp)\n"
        "    movups %xmm1, -96(%rbp)\n"
        "    movups %xmm2, -112(%rbp)\n"
        "    movups %xmm3, -128(%rbp)\n"
        "    movups %xmm4, -144(%rbp)\n"
        "    movups %xmm5, -160(%rbp)\n"
        "    movups %xmm6, -176(%rbp)\n"
        "    movups %xmm7, -192(%rbp)\n"
        "1:  movl -8(%rbp), %edi\n"
        "    movq %rbp, %rsi\n"
        "    call lane_before\n"
        "    testq %rax, %rax\n"
        "    je 2f\n"
        "    movq %rax, %r11\n"
        "    subq $256, %rsp\n"
        "    leaq 16(%rbp), %rsi\n"
        "    movq %rsp, %rdi\n"
        "    movl $32, %ecx\n"
        "    cld\n"
        "    rep movsq\n"
        "    movq abidance_lane_flags(%rip), %rcx\n"
        "    pushfq\n"
        "    orq %rcx, (%rsp)\n"
        "    popfq\n"
        "    movups -80(%rbp), %xmm0\n"
        "    movups -96(%rbp), %xmm1\n"
        "    movups -112(%rbp), %xmm2\n"
        "    movups -128(%rbp), %xmm3\n"
        "    movups -144(%rbp), %xmm4\n"
        "    movups -160(%rbp), %xmm5\n"
        "    movups -176(%rbp), %xmm6\n"
        "    movups -192(%rbp), %xmm7\n"
        "    movq -24(%rbp), %rdi\n"
        "    movq -32(%rbp), %rsi\n"
        "    movq -40(%rbp), %rdx\n"
        "    movq -48(%rbp), %rcx\n"
        "    movq -56(%rbp), %r8\n"
        "    movq -64(%rbp), %r9\n"
        "    movq -16(%rbp), %rax\n"
        "    call *%r11\n"
        "    addq $256, %rsp\n"
        "    movq %rax, -256(%rbp)\n"
        "    movq %rdx, -248(%rbp)\n"
        "    movups %xmm0, -240(%rbp)\n"
        "    movups %xmm1, -224(%rbp)\n"
        "    movl -8(%rbp), %edi\n"
        "    leaq -256(%rbp), %rsi\n"
        "    call lane_after\n"
        "    jmp 1b\n"
        "2:  movq -256(%rbp), %rax\n"
        "    movq -248(%rbp), %rdx\n"
        "    movups -240(%rbp), %xmm0\n"
        "    movups -224(%rbp), %xmm1\n"
        "    leave\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size abidance_lane, . - abidance_lane\n"
        ".globl abidance_lane_end\n"
        ".hidden abidance_lane_end\n"
        "abidance_lane_end:\n");

#define LANE(n)                                                                                                        \
    __asm__(".globl abidance_lane_" #n "\n.type abidance_lane_" #n ", @function\n"                                     \
            "abidance_lane_" #n ":\n    movl $" #n ", %r11d\n    jmp abidance_lane\n"                                  \
            ".size abidance_lane_" #n ", . - abidance_lane_" #n "\n");
LANE(0) LANE(1) LANE(2) LANE(3) LANE(4) LANE(5) LANE(6) LANE(7)
#endif
