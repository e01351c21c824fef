/* What an input reached: the compilers' callbacks, and features, which are pairs of an edge and how often it was taken.
 *
 * gcc's `trace-pc` says only where the code is: an edge is a pair of two such places. clang and rustc number the edges,
 * by guards or by counters that the code increments itself. The feedback of comparisons has cells of its own: how
 * much of the two operands agrees, so that a comparison of many bytes is solved byte by byte, and how each comes out. */
#ifndef ABIDANCE_ENGINE_COVERAGE_H
#define ABIDANCE_ENGINE_COVERAGE_H
#include "common.h"

enum { CELLS = 1 << 18, AGREEMENTS = 1 << 16, OUTCOMES = 1 << 16, ALL_CELLS = CELLS + AGREEMENTS + OUTCOMES, MODULES = 64, COUNTERS = 256 };

#define HOOK __attribute__((used, visibility("default"), no_sanitize("address", "undefined", "thread")))

/* A cell and the bits of its bucket. */
typedef uint32_t feature;

static volatile int recording; /* whether the target runs */
static uint8_t counts[ALL_CELLS], reached[ALL_CELLS];
static uint32_t touched[ALL_CELLS + 64], touched_count; /* a few more, for threads that come at the same time */
static uint32_t guards_given;
static bool instrumented; /* whether any code reports */
static struct {
    uint8_t *start, *end;
    uint32_t cell;
} counters[COUNTERS];
static uint32_t counter_ranges;
static char own_path[4096]; /* of this program */

typedef struct {
    uintptr_t low, high, base;
    uint32_t salt;
    const char *name;
} module;
static module modules[MODULES];
static int module_count;
static __thread uint32_t previous_place;
static __thread const module *last_module;

static inline void hit(uint32_t cell)
{
    uint8_t count = counts[cell];
    if (count == 0 && touched_count < ALL_CELLS)
        touched[touched_count++] = cell;
    if (count != 255)
        counts[cell] = count + 1;
}

static const module *module_of(uintptr_t address)
{
    for (int i = 0; i < module_count; i++)
        if (address - modules[i].low < modules[i].high - modules[i].low)
            return &modules[i];
    return NULL;
}

/* Where the code is, the same in every process: libraries are loaded at other addresses each time. */
static inline uint32_t place_of(uintptr_t address)
{
    const module *in = last_module;
    if (!in || address - in->low >= in->high - in->low) {
        in = module_of(address);
        if (!in)
            return (uint32_t)address & 0xfff;
        last_module = in;
    }
    return (uint32_t)(address - in->base) + in->salt;
}

HOOK void __sanitizer_cov_trace_pc(void)
{
    if (!recording)
        return;
    uint32_t place = place_of((uintptr_t)__builtin_return_address(0)) * 0x9E3779B1u >> 14;
    hit((place ^ previous_place) & (CELLS - 1));
    previous_place = place >> 1;
}

HOOK void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *end)
{
    instrumented |= start != end;
    for (uint32_t *guard = start; guard < end; guard++)
        if (*guard == 0)
            *guard = ++guards_given;
}

HOOK void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
    if (recording)
        hit(*guard & (CELLS - 1));
}

HOOK void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *end)
{
    for (uint32_t i = 0; i < counter_ranges; i++)
        if (counters[i].start == start)
            return;
    if (start >= end || counter_ranges == COUNTERS)
        return;
    instrumented = true;
    counters[counter_ranges].start = start;
    counters[counter_ranges].end = end;
    counters[counter_ranges++].cell = guards_given;
    guards_given += (uint32_t)(end - start);
}

HOOK void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *end) { (void)start, (void)end; }
HOOK void __sanitizer_cov_trace_pc_indir(uintptr_t callee) { (void)callee; }
HOOK void __sanitizer_cov_trace_div4(uint32_t value) { (void)value; }
HOOK void __sanitizer_cov_trace_div8(uint64_t value) { (void)value; }
HOOK void __sanitizer_cov_trace_gep(uintptr_t index) { (void)index; }

static void find_module(const char *name, uintptr_t low, uintptr_t high, uintptr_t base)
{
    if (module_count == MODULES || low >= high)
        return;
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    modules[module_count++] = (module){low, high, base, (uint32_t)digest_of(last, strlen(last)), strdup(name)};
}

static int find_modules_of(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size, (void)unused;
    uintptr_t low = UINTPTR_MAX, high = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        uintptr_t start = info->dlpi_addr + part->p_vaddr;
        low = start < low ? start : low;
        high = start + part->p_memsz > high ? start + part->p_memsz : high;
    }
    find_module(*info->dlpi_name ? info->dlpi_name : own_path, low, high, info->dlpi_addr);
    return 0;
}

/* To be called when the library is loaded. */
static void find_modules(void)
{
    module_count = 0;
    last_module = NULL;
    dl_iterate_phdr(find_modules_of, NULL);
}

static void start_recording(void)
{
    previous_place = 0;
    recording = 1;
}

/* Take in what the code has counted itself; nearly all of it is zero. */
static void take_counters(void)
{
    for (uint32_t range = 0; range < counter_ranges; range++) {
        uint8_t *start = counters[range].start, *end = counters[range].end, *at = start;
        uint32_t cell = counters[range].cell;
        while (at < end) {
            uint64_t word;
            if (((uintptr_t)at & 7) == 0 && at + 8 <= end && (memcpy(&word, at, 8), word == 0)) {
                at += 8;
                continue;
            }
            if (*at) {
                uint32_t here = (cell + (uint32_t)(at - start)) & (CELLS - 1);
                if (counts[here] == 0 && touched_count < ALL_CELLS)
                    touched[touched_count++] = here;
                counts[here] = *at;
                *at = 0;
            }
            at++;
        }
    }
}

static void stop_recording(void)
{
    recording = 0;
    take_counters();
    for (uint32_t i = 0; i < touched_count && !instrumented; i++)
        instrumented = touched[i] < CELLS;
}

static inline uint8_t bucket_of(uint8_t count)
{
    static const uint8_t buckets[256] = {
        [1] = 1, [2] = 2, [3] = 4, [4 ... 7] = 8, [8 ... 15] = 16, [16 ... 31] = 32, [32 ... 127] = 64, [128 ... 255] = 128,
    };
    return buckets[count];
}

/* The features of the last call that no input had before; at most FRESH. */
static uint32_t fresh_features(feature *fresh)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < touched_count && found < FRESH; i++) {
        uint32_t cell = touched[i];
        uint8_t bits = (uint8_t)((cell < CELLS ? bucket_of(counts[cell]) : 1) & ~reached[cell]);
        if (bits)
            fresh[found++] = cell << 8 | bits;
    }
    return found;
}

/* Whether the last call had all these features. */
static bool has_features(const feature *wanted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t here = counts[wanted[i] >> 8];
        if (!here || ((wanted[i] >> 8) < CELLS && !(bucket_of(here) & wanted[i])))
            return false;
    }
    return true;
}

static void forget_call(void)
{
    for (uint32_t i = 0; i < touched_count; i++)
        counts[touched[i]] = 0;
    touched_count = 0;
}

static void note_features(const feature *fresh, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (fresh[i] >> 8 < ALL_CELLS)
            reached[fresh[i] >> 8] |= (uint8_t)fresh[i];
}

static uint32_t edges_reached(void)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < CELLS; i++)
        found += reached[i] != 0;
    return found;
}

#endif
