/* What calls share while an input is run. */
#ifndef ABIDANCE_RUN_H
#define ABIDANCE_RUN_H

static unsigned long abidance_refused; /* calls that were not made: their arguments were not valid */
#define abidance_nothing abidance_nowhere()

/* A pointer that is only handed on, another one each time: nothing may be touched there. */
enum { ABIDANCE_NOWHERE_SIZE = 1 << 20, ABIDANCE_NOWHERE_EACH = 64 };
static unsigned abidance_nowhere_count;
static void *abidance_nowhere(void)
{
    static unsigned char *pages;
    if (!pages)
        pages = mmap(NULL, ABIDANCE_NOWHERE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages + abidance_nowhere_count++ % (ABIDANCE_NOWHERE_SIZE / ABIDANCE_NOWHERE_EACH) * ABIDANCE_NOWHERE_EACH;
}

/* What a call took when it was made first: made again it takes the same handles, and makes no others. */
enum { ABIDANCE_MOST_TAKEN = 16 };
static struct { int id; const uint8_t *behind; } abidance_taken[ABIDANCE_MOST_TAKEN];
static unsigned abidance_taken_count, abidance_taken_again;

static int abidance_take_again(void)
{
    if (abidance_taken_again == abidance_taken_count)
        return -1;
    abidance_next = abidance_taken[abidance_taken_again].behind;
    return abidance_taken[abidance_taken_again++].id;
}

/* Make a handle for the call that takes it, from another where it must be; what is said of that call is not said of this
 * one. */
static int abidance_make_for(unsigned (*make)(void), unsigned from)
{
    unsigned times = abidance_times, forced = abidance_forced;
    const char *role = abidance_role;
    abidance_times = 1, abidance_forced = from, abidance_role = NULL;
    abidance_making++;
    int id = (int)make();
    abidance_making--;
    abidance_times = times, abidance_forced = forced, abidance_role = role;
    return id;
}

/* Which alternatives the unions in arrays have, in the order in which they were made. */
static int abidance_choices[ABIDANCE_MOST_CHOICES] __attribute__((unused));
static size_t abidance_choice_count;

/* Tell whether a handle of this kind is forced on the next call. */
static int abidance_is_forced(unsigned kind)
{
    abidance_handle *handle = abidance_forced ? abidance_find(abidance_forced) : NULL;
    return handle && handle->kind == kind;
}

/* Return a handle's id for a call, -1 where there is none: one that is alive, or a new one. */
static int abidance_take(unsigned kind, int how, abidance_order order, unsigned (*make)(void), abidance_ways ways)
{
    int id = 0;
    if (abidance_turn || abidance_part)
        id = abidance_take_again();
    else if (abidance_is_forced(kind)) {
        id = (int)abidance_forced;
        abidance_forced = 0;
    } else if (abidance_sequence)
        id = abidance_choose(kind, how, order);
    if (id == 0) {
        id = abidance_make_for(make, order.from);
        if (id > 0 && !abidance_sequence)
            abidance_bring((unsigned)id, ways, order);
    }
    abidance_handle *handle = id > 0 ? abidance_find((unsigned)id) : NULL;
    if (!handle)
        return -1;
    handle->busy = 1;
    if (!abidance_making && !abidance_turn && !abidance_part && abidance_taken_count < ABIDANCE_MOST_TAKEN) {
        abidance_taken[abidance_taken_count].id = id;
        abidance_taken[abidance_taken_count++].behind = abidance_next;
    }
    return id;
}

static void abidance_idle(unsigned id)
{
    abidance_handle *handle = abidance_find(id);
    if (handle)
        handle->busy = 0;
}

/* Where the calls of a sequence begin in the input, and the last ends; of how many there is a choice. Our engine puts
 * sequences together of calls. */
__attribute__((used, visibility("default"))) uint32_t abidance_starts[ABIDANCE_MOST_CALLS + 1], abidance_start_count, abidance_call_choices;
static const uint8_t *abidance_input;

/* Make one call after the other: `call` makes the one of `count` that a byte says, and tells whether it was made. */
static __attribute__((unused)) void abidance_play(int (*call)(unsigned), unsigned count, const unsigned char *repeatable)
{
    int bursts = 1;
    abidance_call_choices = count;
    abidance_start_count = 0;
    /* One call at least: libFuzzer gives up where the empty input reaches nothing. */
    for (int made = 0; (!made || abidance_next < abidance_end) && made < ABIDANCE_MOST_CALLS; made++) {
        abidance_starts[abidance_start_count++] = (uint32_t)(abidance_next - abidance_input);
        unsigned which = abidance_byte() % (count + 1), times = 1;
        if (which == count) {
            times = abidance_many[abidance_byte() % (sizeof abidance_many / sizeof *abidance_many)];
            which = abidance_byte() % count;
            if (!repeatable[which] || !bursts)
                times = 1;
            bursts -= times > 1;
        }
        const uint8_t *from = abidance_next;
        abidance_times = times;
        abidance_taken_count = 0;
        int done = call(which);
        unsigned step = abidance_step;
        for (abidance_turn = 1; done && abidance_turn < times; abidance_turn++) {
            abidance_next = from; /* the same arguments, and the same handles */
            abidance_taken_again = 0;
            abidance_step = step - 1;
            done = call(which);
        }
        abidance_turn = 0, abidance_times = 1, abidance_step = step;
        abidance_all_idle(); /* a call that was not made has let go of nothing */
        abidance_starts[abidance_start_count] = (uint32_t)(abidance_next - abidance_input);
    }
}

/* Make the calls that come before a law is given a handle: what is said of those is not said of the law. A byte that says
 * none of them ends them, and what the law takes of the input is altered as if it were the last one. */
static __attribute__((unused)) void abidance_go_before(int (*call)(unsigned), unsigned count)
{
    const char *role = abidance_role;
    abidance_sequence = 1, abidance_role = "history";
    abidance_call_choices = count + 1, abidance_start_count = 0;
    const uint8_t *last = abidance_next;
    while (abidance_start_count < ABIDANCE_MOST_BEFORE && abidance_next < abidance_end) {
        abidance_starts[abidance_start_count++] = (uint32_t)(abidance_next - abidance_input);
        unsigned which = abidance_byte() % (count + 1);
        if (which == count) {
            last = abidance_end;
            break;
        }
        abidance_taken_count = 0;
        call(which);
        abidance_all_idle();
        last = abidance_next;
    }
    abidance_starts[abidance_start_count] = (uint32_t)(last - abidance_input);
    abidance_sequence = 0, abidance_role = role;
}

typedef struct {
    const char *name;
    void (*run)(void);
    int is_sequence;
    unsigned loose; /* a hexadecimal 1 for each pointer, of at most four, that need not be aligned */
} abidance_entry;

#endif
