/* The inputs that reached something new, and which of them is altered next. */
#ifndef ABIDANCE_ENGINE_CORPUS_H
#define ABIDANCE_ENGINE_CORPUS_H
#include "coverage.h"

enum { FROM_NOTHING = NOWHERE };

typedef struct {
    uint8_t *bytes;
    uint32_t size, deaths;
    uint32_t brought, agreed; /* features of edges that no input had before, and of operands that agree more than before */
    uint16_t *starts; /* where its calls begin, and the last ends; NULL while that is not known */
    uint32_t calls;
} entry;

static entry corpus[INPUTS];
static uint32_t corpus_size;

typedef struct {
    char *path;           /* NULL: `bytes` */
    const uint8_t *bytes; /* in a file of many that stays mapped; NULL: the empty input */
    uint32_t size;
} seed;

static seed *seeds;
static uint32_t seed_count;

static void add_entry(const uint8_t *bytes, uint32_t size, const feature *fresh, uint32_t count)
{
    note_features(fresh, count);
    if (corpus_size == INPUTS)
        return;
    entry *added = &corpus[corpus_size++];
    added->bytes = malloc(size ? size : 1);
    memcpy(added->bytes, bytes, size);
    added->size = size;
    added->brought = added->agreed = 0;
    added->starts = NULL;
    added->calls = 0;
    for (uint32_t i = 0; i < count; i++) {
        added->brought += fresh[i] >> 8 < CELLS;
        added->agreed += fresh[i] >> 8 >= CELLS && fresh[i] >> 8 < CELLS + AGREEMENTS;
    }
}

/* Put a smaller input with the same features in the place of the last one. */
static void replace_last(const uint8_t *bytes, uint32_t size)
{
    if (corpus_size == 0 || size > corpus[corpus_size - 1].size)
        return;
    memcpy(corpus[corpus_size - 1].bytes, bytes, size);
    corpus[corpus_size - 1].size = size;
    free(corpus[corpus_size - 1].starts);
    corpus[corpus_size - 1].starts = NULL;
}

static uint32_t read_whole(const char *path, uint8_t *to, uint32_t most)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    uint32_t size = 0;
    while (file >= 0 && size < most) {
        ssize_t got = read(file, to + size, most - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (uint32_t)got;
    }
    if (file >= 0)
        close(file);
    return size;
}

static int by_name(const void *one, const void *other) { return strcmp(*(char *const *)one, *(char *const *)other); }

static void append_seed(seed added)
{
    if ((seed_count & (seed_count + 1)) == 0)
        seeds = realloc(seeds, (2 * seed_count + 2) * sizeof *seeds);
    seeds[seed_count++] = added;
}

static void add_seed(const char *path)
{
    append_seed((seed){.path = path ? strdup(path) : NULL});
}

/* Many in one file, each behind its size in 32 bits: a thousand files take longer to write than to run. */
static void add_packed_seeds(const char *path)
{
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    size_t length = fstat(file, &facts) ? 0 : (size_t)facts.st_size;
    const uint8_t *all = length ? mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    close(file);
    uint32_t size;
    for (size_t at = 0; all != MAP_FAILED && length - at >= sizeof size; at += size) {
        memcpy(&size, all + at, sizeof size);
        at += sizeof size;
        if (size > length - at)
            break;
        append_seed((seed){.bytes = all + at, .size = size});
    }
}

/* Puts a seed where inputs are run from, cut at the largest one; returns its size. */
static uint32_t read_seed(uint32_t number, uint8_t *to, uint32_t most)
{
    seed one = seeds[number];
    if (one.path)
        return read_whole(one.path, to, most);
    if (one.size > most)
        one.size = most;
    if (one.size)
        memcpy(to, one.bytes, one.size);
    return one.size;
}

/* A file, or those of a folder in the order of their names. */
static void add_seeds(const char *path)
{
    struct stat facts;
    if (stat(path, &facts))
        return;
    if (!S_ISDIR(facts.st_mode)) {
        add_seed(path);
        return;
    }
    char **names = NULL;
    size_t count = 0;
    DIR *folder = opendir(path);
    for (struct dirent *each; folder && (each = readdir(folder));) {
        if (each->d_name[0] == '.')
            continue;
        names = realloc(names, (count + 1) * sizeof *names);
        if (asprintf(&names[count], "%s/%s", path, each->d_name) >= 0)
            count++;
    }
    if (folder)
        closedir(folder);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        if (!stat(names[i], &facts) && S_ISREG(facts.st_mode))
            add_seed(names[i]);
        free(names[i]);
    }
    free(names);
}

static uint32_t weights[INPUTS], weighed, until_weighed;

/* Those that were altered seldom, are new, brought edges and ended no process come first. */
static void weigh(void)
{
    uint64_t sum = 0, bytes = 0;
    for (uint32_t i = 0; i < corpus_size; i++)
        bytes += corpus[i].size;
    uint64_t usual = corpus_size ? bytes / corpus_size : 0;
    for (uint32_t i = 0; i < corpus_size; i++) {
        uint64_t weight = 4096 / (1 + shared->picks[i] / 16);
        if (i >= corpus_size - corpus_size / 8 - 1)
            weight *= 3;
        if (!corpus[i].brought && i)
            weight /= corpus[i].agreed ? 3 : 8;
        if (corpus[i].size > usual + 8)
            weight /= corpus[i].size > 4 * usual ? 8 : 2;
        sum += 8 + weight / (1 + corpus[i].deaths);
        weights[i] = (uint32_t)(sum > UINT32_MAX ? UINT32_MAX : sum);
    }
    weighed = corpus_size;
    until_weighed = 256;
}

static uint32_t chosen_entry(void)
{
    if (weighed != corpus_size || until_weighed-- == 0)
        weigh();
    uint32_t wanted = below(weights[corpus_size - 1]), low = 0, high = corpus_size - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (weights[middle] > wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

#endif
