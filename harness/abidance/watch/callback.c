/* What a library's calls back come to: each is answered by a script and noted down, without Python and without malloc.
 *
 * The functions that it is given are compiled with the project's header (`binding/callback_source.py`), so that the
 * compiler takes the arguments apart. They all end up in `abidance_invoked`, on whatever thread the library chose.
 */
#define _GNU_SOURCE
#include "arena.h"

#include "pieces.h"
#include "plan_format.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SPECS ((size_t)1 << 20)
#define ROOM ((size_t)16 << 20)
#define MOST_REGIONS 256u
#define MOST_WRITES 16u
#define DECIDES_BY 4096u
#define MOST_FREED 4u
#define MOST_MADE 4u

/* A call that a callback makes, where integers and addresses go into registers: in one of its turns, or to free one of its
   arguments. Of what it is given, those that are `passed`, a bit for each, are numbers of the callback's own arguments. */
struct made_within {
    uint64_t turn;
    uint32_t argument;
    uint32_t passed;
    uint64_t (*function)(uint64_t, uint64_t, uint64_t, uint64_t);
    uint64_t given[ABIDANCE_MOST_GIVEN];
};

/* A callback of the plan: its description, and how often it was called. */
struct active {
    const uint8_t *spec;
    uint64_t calls;
    int lasting;    /* it may be called at any time: when its plan is over, it does nothing and is not noted */
    uint32_t freed; /* so many of the next: arguments that it frees */
    struct made_within releases[MOST_FREED];
    struct made_within leaves; /* what it calls where it fails, and that does not come back; of no argument */
    uint32_t within; /* so many of the next: calls that it makes */
    struct made_within made[MOST_MADE];
};

/* A part of memory that a pointer or a length is looked for in: an argument, or what was read behind one. */
struct region {
    const uint8_t *at;
    uint64_t size;
};

struct journal {
    uint8_t *start;
    size_t used;
    uint64_t dropped;
};

static struct active actives[ABIDANCE_MAX_CALLBACKS];
static uint8_t *specs;
static size_t specs_used;
static uint32_t in_use[ABIDANCE_MAX_CALLBACKS], in_use_count;
static struct journal journals[2];
static int current;
static volatile int noting = 1;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        sched_yield();
}

static void unlock(void) { atomic_flag_clear_explicit(&busy, memory_order_release); }

static uint8_t *pages(size_t size) {
    void *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return made == MAP_FAILED ? NULL : made;
}

static void begin_again(const uint8_t *spec);

int abidance_callback(uint32_t number, uint32_t index, const uint8_t *spec, uint64_t size) {
    if (specs == NULL) {
        specs = pages(SPECS);
        for (int i = 0; i < 2; i++)
            journals[i].start = pages(ROOM);
    }
    if (specs == NULL || journals[0].start == NULL || journals[1].start == NULL)
        return ABIDANCE_NO_MEMORY;
    if (number >= ABIDANCE_MAX_CALLBACKS || size < sizeof(struct abidance_plan_callback))
        return ABIDANCE_MALFORMED;
    if (specs_used + size > SPECS)
        return ABIDANCE_TOO_MANY;
    lock();
    memcpy(specs + specs_used, spec, size);
    struct abidance_plan_callback head;
    memcpy(&head, spec, sizeof head);
    head.slot = index; /* the worker has put the address into its slot; from here on the index is wanted */
    memcpy(specs + specs_used, &head, sizeof head);
    actives[number] = (struct active){.spec = specs + specs_used, .lasting = (head.flags & ABIDANCE_LASTING) != 0};
    if (in_use_count < ABIDANCE_MAX_CALLBACKS)
        in_use[in_use_count++] = number;
    specs_used += (size + 7) & ~(uint64_t)7;
    begin_again(actives[number].spec);
    unlock();
    return ABIDANCE_OK;
}

int abidance_callback_frees(uint32_t number, uint32_t argument, void *release, const uint64_t *given, uint32_t passed) {
    if (number >= ABIDANCE_MAX_CALLBACKS || actives[number].spec == NULL)
        return ABIDANCE_MALFORMED;
    struct active *active = &actives[number];
    if (argument != ABIDANCE_NOBODY && active->freed == MOST_FREED)
        return ABIDANCE_TOO_MANY;
    struct made_within *made = argument == ABIDANCE_NOBODY ? &active->leaves : &active->releases[active->freed++];
    made->argument = argument;
    made->passed = passed;
    *(void **)&made->function = release;
    memcpy(made->given, given, sizeof made->given);
    return ABIDANCE_OK;
}

int abidance_callback_calls(uint32_t number, uint64_t turn, void *function, const uint64_t *given, uint32_t passed) {
    if (number >= ABIDANCE_MAX_CALLBACKS || actives[number].spec == NULL)
        return ABIDANCE_MALFORMED;
    struct active *active = &actives[number];
    if (active->within == MOST_MADE)
        return ABIDANCE_TOO_MANY;
    struct made_within *made = &active->made[active->within++];
    made->turn = turn;
    made->passed = passed;
    *(void **)&made->function = function;
    memcpy(made->given, given, sizeof made->given);
    return ABIDANCE_OK;
}

/* Calls a function with numbers, and with what the callback has been given. */
static void call_with_given(const struct made_within *made, const uint8_t *spec, void **arguments) {
    const uint8_t *sizes = spec + sizeof(struct abidance_plan_callback);
    uint64_t given[ABIDANCE_MOST_GIVEN];
    for (uint32_t k = 0; k < ABIDANCE_MOST_GIVEN; k++) {
        given[k] = made->given[k];
        if (made->passed & 1u << k) {
            uint32_t size;
            memcpy(&size, sizes + made->given[k] * sizeof size, sizeof size);
            given[k] = 0;
            memcpy(&given[k], arguments[made->given[k]], size < sizeof given[k] ? size : sizeof given[k]);
        }
    }
    made->function(given[0], given[1], given[2], given[3]);
}

/* Calls the library from within the callback, in this turn of it: nothing is locked then. */
static void call_within(const struct active *active, void **arguments) {
    uint64_t turn = active != NULL ? active->calls - 1 : 0;
    for (uint32_t i = 0; active != NULL && i < active->within; i++)
        if (active->made[i].turn == turn)
            call_with_given(&active->made[i], active->spec, arguments);
}

/* Frees what the callback was given to keep, when all else is done: nothing is locked then. */
static void release_given(const struct active *active, void **arguments) {
    for (uint32_t i = 0; active != NULL && i < active->freed; i++) {
        void *memory;
        memcpy(&memory, arguments[active->releases[i].argument], sizeof memory);
        if (memory != NULL)
            call_with_given(&active->releases[i], active->spec, arguments);
    }
}

/* Leaves where the callback has failed and has a way to, when all else is done. */
static void leave(const struct active *active, int failed, void **arguments) {
    if (failed && active != NULL && active->leaves.function != NULL)
        call_with_given(&active->leaves, active->spec, arguments);
}

void abidance_silence(void) {
    lock();
    while (in_use_count > 0) {
        struct active *active = &actives[in_use[--in_use_count]];
        *active = (struct active){.lasting = active->lasting};
    }
    specs_used = 0;
    callback_forget_positions();
    unlock();
}

int abidance_invocations(uint64_t numbers[3]) {
    lock();
    struct journal *full = &journals[current];
    current = !current;
    numbers[0] = (uint64_t)(uintptr_t)full->start;
    numbers[1] = full->used;
    numbers[2] = full->dropped;
    full->used = 0;
    full->dropped = 0;
    unlock();
    return numbers[1] != 0 || numbers[2] != 0;
}

static int put(struct journal *journal, size_t *at, const void *bytes, size_t size) {
    if (size > ROOM - *at)
        return 0;
    if (size != 0)
        memcpy(journal->start + *at, bytes, size);
    *at += size;
    return 1;
}

static int put_argument(struct journal *journal, size_t *at, const uint8_t *bytes, uint32_t size) {
    struct abidance_noted_argument noted = {.size = size, .block = UINT32_MAX};
    uint64_t pointer = 0;
    if (size == sizeof pointer) {
        memcpy(&pointer, bytes, sizeof pointer);
        arena_locate(pointer, &noted.block, &noted.offset);
    }
    return put(journal, at, &noted, sizeof noted) && put(journal, at, bytes, size);
}

/* Returns the number at a place, 0 when what should hold it was not read. */
static uint64_t number_at(const struct region *regions, uint32_t count, uint32_t region, uint64_t offset, uint32_t width) {
    uint64_t number = 0;
    if (region >= count || width > sizeof number || offset > regions[region].size
        || width > regions[region].size - offset)
        return 0;
    memcpy(&number, regions[region].at + offset, width);
    return number;
}

static int put_read(struct journal *journal, size_t *at, const struct abidance_plan_read *read, struct region *regions,
                    uint32_t count) {
    struct abidance_noted_read noted = {.reach = ABIDANCE_NULL};
    uint64_t pointer = number_at(regions, count, read->region, read->offset, sizeof pointer);
    uint64_t limit = read->limit;
    if (read->has_length) {
        uint64_t length = number_at(regions, count, read->length_region, read->length_offset, read->length_width);
        limit = length > limit / (read->scale ? read->scale : 1) ? limit : length * read->scale;
    }
    size_t head = *at;
    if (!put(journal, at, &noted, sizeof noted) || limit > ROOM - *at)
        return 0;
    regions[count] = (struct region){journal->start + *at, 0};
    if (pointer != 0) {
        noted.reach = 1u + (uint32_t)abidance_read(pointer, journal->start + *at, limit, read->string, &noted.size);
        regions[count].size = noted.size;
        *at += noted.size;
        memcpy(journal->start + head, &noted, sizeof noted);
    }
    return 1;
}

/* What the callback has been told to do in this turn, and has done. */
struct done {
    uint32_t answer;
    uint32_t writes;
    int failed; /* to read as much as it was asked for */
    uint64_t position;
    struct allocated allocated;
    struct abidance_noted_write written[MOST_WRITES];
};

/* What a callback decides by. */
struct comparand {
    abidance_piece piece;
    uint32_t kind;
    uint8_t room[DECIDES_BY];
};

/* Reads what a callback decides by, once more for itself: nothing may be noted now. What cannot be read has no bytes. */
static void read_comparand(struct comparand *made, const struct abidance_plan_comparand *from, const uint8_t *spec, void **arguments) {
    struct abidance_plan_callback head;
    memcpy(&head, spec, sizeof head);
    const uint8_t *sizes = spec + sizeof head, *reads = sizes + head.arguments * sizeof(uint32_t);
    struct region given[MOST_REGIONS];
    for (uint32_t i = 0; i < head.arguments && i < MOST_REGIONS; i++) {
        uint32_t size;
        memcpy(&size, sizes + i * sizeof size, sizeof size);
        given[i] = (struct region){arguments[i], size};
    }
    made->kind = from->kind;
    made->piece = (abidance_piece){made->room, 0};
    if (from->region < head.arguments) {
        made->piece = (abidance_piece){given[from->region].at, given[from->region].size};
    } else if (from->region - head.arguments < head.reads) {
        struct abidance_plan_read read;
        memcpy(&read, reads + (from->region - head.arguments) * sizeof read, sizeof read);
        uint64_t pointer = number_at(given, head.arguments, read.region, read.offset, sizeof pointer);
        uint64_t limit = read.limit;
        if (read.has_length) {
            uint64_t length = number_at(given, head.arguments, read.length_region, read.length_offset, read.length_width);
            limit = length > limit / (read.scale ? read.scale : 1) ? limit : length * read.scale;
        }
        uint64_t size = 0;
        if (pointer != 0)
            abidance_read(pointer, made->room, limit < DECIDES_BY ? limit : DECIDES_BY, (int)read.string, &size);
        made->piece.size = size;
    }
    if (from->width != 0) {
        uint64_t there = from->offset < made->piece.size ? made->piece.size - from->offset : 0;
        made->piece.at += there != 0 ? from->offset : 0;
        made->piece.size = there < from->width ? there : from->width;
    }
}

/* Returns which of so many answers it is, by what the callback is given: the same for the same contents. */
static uint32_t decided(const uint8_t *spec, const struct abidance_plan_comparand by[2], void **arguments, uint32_t answers) {
    struct comparand one, other;
    read_comparand(&one, &by[0], spec, arguments);
    if (by[1].region != ABIDANCE_NOBODY) {
        read_comparand(&other, &by[1], spec, arguments);
        int order = abidance_compared(one.piece, other.piece, one.kind);
        return order < 0 ? 0 : order == 0 ? 1 : 2;
    }
    return (uint32_t)(abidance_hashed(one.piece) % answers);
}

/* Puts what a callback answers at most in the place of an answer that is above it. */
static void bound(const struct abidance_plan_bound *most, const uint8_t *numbers, void **arguments, void *result, uint64_t width) {
    uint64_t answer = 0, limit = callback_product(numbers, most->numbers, most->scale, arguments);
    if (width == 0 || width > sizeof answer)
        return;
    memcpy(&answer, result, width);
    uint64_t top = (uint64_t)1 << (8 * width - 1);
    if ((most->has_sign && answer & top) || answer <= limit)
        return; /* one below 0 says that it has failed */
    memcpy(result, &limit, width);
}

/* The parts of a callback's description, one behind the other; those that it does not have are zeros. */
struct parts {
    struct abidance_plan_callback head;
    struct abidance_plan_allocator allocator;
    const uint8_t *rooms;
    struct abidance_plan_comparand by[2];
    struct abidance_plan_bound most;
    const uint8_t *factors;
    struct abidance_plan_position where;
    const uint8_t *offsets, *lengths;
    struct abidance_plan_file file;
    const uint8_t *places, *succeed;
    const uint8_t *answers;
};

static const uint8_t *part(const uint8_t *at, int there, void *into, size_t size) {
    if (there)
        memcpy(into, at, size);
    return there ? at + size : at;
}

static struct parts parts_of(const uint8_t *spec) {
    const size_t number = sizeof(struct abidance_plan_number);
    struct parts made = {0};
    const uint8_t *at = part(spec, 1, &made.head, sizeof made.head);
    uint32_t flags = made.head.flags;
    at += made.head.arguments * sizeof(uint32_t) + made.head.reads * sizeof(struct abidance_plan_read);
    made.rooms = part(at, flags & ABIDANCE_ALLOCATOR, &made.allocator, sizeof made.allocator);
    at = part(made.rooms + made.allocator.rooms * number, flags & ABIDANCE_DECIDING, made.by, sizeof made.by);
    made.factors = part(at, flags & ABIDANCE_BOUNDED, &made.most, sizeof made.most);
    at = made.factors + made.most.numbers * number;
    made.offsets = part(at, flags & ABIDANCE_POSITIONED, &made.where, sizeof made.where);
    made.lengths = made.offsets + made.where.numbers * number;
    at = made.lengths + made.where.turns * sizeof(uint64_t);
    made.places = part(at, flags & ABIDANCE_FILED, &made.file, sizeof made.file);
    made.succeed = made.places + (made.file.places + made.file.whences) * number;
    made.answers = made.succeed + made.file.turns;
    return made;
}

/* Puts the next answer of the script into `result`, and writes what it says to memory that the callback is given. */
static struct done take_turn(struct active *active, void **arguments, void *result, uint64_t width) {
    struct done done = {.allocated = {.made = UINT32_MAX, .returned = UINT32_MAX}};
    if (active == NULL)
        return done;
    uint64_t calls = __atomic_fetch_add(&active->calls, 1, __ATOMIC_RELAXED);
    struct parts of = parts_of(active->spec);
    uint32_t flags = of.head.flags, answers = of.head.answers;
    struct callback_skip skip = {.data = ABIDANCE_NOBODY, .count = ABIDANCE_NOBODY, .told = ABIDANCE_NOBODY};
    if (of.head.width != width)
        return done;
    if (answers != 0)
        done.answer = calls < answers ? (uint32_t)calls : answers - 1;
    if (answers != 0 && flags & ABIDANCE_DECIDING)
        done.answer = decided(active->spec, of.by, arguments, answers);
    int positioned = answers != 0 && flags & ABIDANCE_POSITIONED;
    if (positioned) {
        done.answer = callback_turn(&of.where, of.offsets, of.lengths, arguments, &skip);
        done.position = skip.elements; /* of what is stored, from the beginning of the file */
    }
    if (answers != 0 && width != 0)
        memcpy(result, of.answers + done.answer * width, width);
    if (answers != 0 && flags & ABIDANCE_BOUNDED)
        bound(&of.most, of.factors, arguments, result, width);
    if (of.allocator.does != 0) {
        uint64_t given = 1;
        if (of.allocator.does & ABIDANCE_ALLOCATES)
            memcpy(&given, result, sizeof given);
        done.allocated = allocator_called(&of.allocator, of.rooms, arguments, given == 0);
        if (of.allocator.does & ABIDANCE_ALLOCATES)
            memcpy(result, &done.allocated.address, sizeof done.allocated.address);
    }
    if (answers == 0)
        return done;
    if (flags & ABIDANCE_ADDRESSES) {
        uint64_t block;
        memcpy(&block, result, sizeof block);
        uint8_t *address = flags & ABIDANCE_GIVES ? handed_copy(block) : arena_block(block);
        if (address != NULL && skip.data == ABIDANCE_NOBODY)
            address += skip.elements * skip.size;
        memcpy(result, &address, sizeof address);
    }
    done.writes = of.head.writes < MOST_WRITES ? of.head.writes : MOST_WRITES;
    if (flags & ABIDANCE_FILED && of.succeed[done.answer]) {
        uint64_t most = callback_product(of.factors, of.most.numbers, of.most.scale, arguments);
        const uint64_t *parts = of.file.flags & ABIDANCE_COUNTED_WRITE ? &most : NULL;
        int went = of.file.action == ABIDANCE_WRITES
                       ? callback_store(&of.file, of.places, arguments, parts, result, width, &done.position)
                       : callback_position(&of.file, of.places, arguments, &done.position);
        if (!went)
            memcpy(result, &of.file.failure, width);
        else if (of.file.flags & ABIDANCE_IN_RESULT)
            memcpy(result, &done.position, width);
        else if (of.file.flags & ABIDANCE_IN_WRITE)
            skip.told = 0, skip.number = done.position;
    }
    callback_write(of.answers + answers * width, done.writes, done.answer, answers, arguments, result, width, &skip,
                   done.written);
    done.failed = positioned && skip.failed;
    if (done.failed)
        memcpy(result, &of.where.fails, width < sizeof of.where.fails ? width : sizeof of.where.fails);
    if (positioned)
        callback_has_read(&of.where, skip.read);
    return done;
}

/* One that reads where others tell it to begins at the beginning. */
static void begin_again(const uint8_t *spec) {
    struct parts of = parts_of(spec);
    if (of.head.flags & ABIDANCE_POSITIONED)
        callback_begin(&of.where, of.lengths, of.answers + of.head.answers * of.head.width);
    if (of.head.flags & ABIDANCE_FILED && of.file.flags & ABIDANCE_OWN_FILE)
        callback_file_begin(of.file.cursor);
}

/* The reads come before the writes, which are part of what the callback does with what it is given. */
static int note(struct journal *journal, struct active *active, void **arguments, void *result, uint64_t width,
                int *taken, int *failed) {
    size_t at = journal->used;
    pid_t self = (pid_t)syscall(SYS_gettid);
    struct abidance_noted noted = {
        .index = UINT32_MAX,
        .flags = (self != getpid() ? ABIDANCE_FOREIGN : 0u) | (gate_is_open() ? 0u : ABIDANCE_LATE),
        .call = mailbox_call(),
        .width = (uint32_t)width,
    };
    struct abidance_plan_callback head = {0};
    if (active != NULL) {
        memcpy(&head, active->spec, sizeof head);
        noted.index = head.slot;
    }
    noted.arguments = head.arguments;
    noted.reads = head.reads;
    if (head.arguments + head.reads > MOST_REGIONS || !put(journal, &at, &noted, sizeof noted))
        return 0;
    struct region regions[MOST_REGIONS];
    const uint8_t *sizes = active ? active->spec + sizeof head : NULL;
    for (uint32_t i = 0; i < head.arguments; i++) {
        uint32_t size;
        memcpy(&size, sizes + i * sizeof size, sizeof size);
        regions[i] = (struct region){arguments[i], size};
        if (!put_argument(journal, &at, arguments[i], size))
            return 0;
    }
    const uint8_t *reads = sizes + head.arguments * sizeof(uint32_t);
    for (uint32_t i = 0; i < head.reads; i++) {
        struct abidance_plan_read read;
        memcpy(&read, reads + i * sizeof read, sizeof read);
        if (!put_read(journal, &at, &read, regions, head.arguments + i))
            return 0;
    }
    struct done done = take_turn(active, arguments, result, width);
    *taken = 1;
    *failed = done.failed;
    noted.answer = done.answer;
    noted.writes = done.writes;
    noted.made = done.allocated.made;
    noted.returned = done.allocated.returned;
    noted.verdict = done.allocated.verdict;
    noted.position = done.position;
    if (!put(journal, &at, done.written, done.writes * sizeof done.written[0]) || !put(journal, &at, result, width))
        return 0;
    memcpy(journal->start + journal->used, &noted, sizeof noted);
    journal->used = at;
    return 1;
}

void callback_rewind(uint32_t number) {
    __atomic_store_n(&actives[number].calls, 0, __ATOMIC_RELAXED);
    if (actives[number].spec != NULL)
        begin_again(actives[number].spec);
}

void abidance_note(int on) { noting = on; }

void abidance_invoked(uint32_t number, void **arguments, void *result, uint64_t width) {
    registers_direction();
    struct active *active = number < ABIDANCE_MAX_CALLBACKS ? &actives[number] : NULL;
    if (width != 0)
        memset(result, 0, width);
    uint8_t trapped = abidance_trap;
    abidance_trap = 0; /* what is asked of the kernel here is not the library's doing */
    int error = errno, taken = 0, failed = 0;
    if (!noting) {
        /* Threads that are under test must not wait for each other here. */
        if (active != NULL && active->spec != NULL)
            failed = take_turn(active, arguments, result, width).failed;
        release_given(active, arguments);
        call_within(active, arguments);
        abidance_trap = trapped;
        errno = error;
        reentry_from_callback();
        leave(active, failed, arguments);
        return;
    }
    lock();
    int over = active != NULL && active->spec == NULL, lasting = over && active->lasting;
    if (over)
        active = NULL;
    struct journal *journal = &journals[current];
    if (!lasting && (journal->start == NULL || !note(journal, active, arguments, result, width, &taken, &failed)))
        journal->dropped++;
    if (!taken)
        failed = take_turn(active, arguments, result, width).failed;
    unlock();
    release_given(active, arguments);
    call_within(active, arguments);
    abidance_trap = trapped;
    errno = error;
    leave(active, failed, arguments);
}
