/* Whether what was loaded asks the allocator that is watched for memory: the heap proves itself for this process, and a
 * library may be bound to another allocator all the same. One that defines `malloc` for itself and is linked with
 * -Bsymbolic, one that is opened with RTLD_DEEPBIND, and one whose `operator new` is that of another allocator.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
static int is_address(uint64_t kind) { return kind == R_X86_64_64 || kind == R_X86_64_GLOB_DAT || kind == R_X86_64_JUMP_SLOT; }
#elif defined(__aarch64__)
static int is_address(uint64_t kind) { return kind == R_AARCH64_ABS64 || kind == R_AARCH64_GLOB_DAT || kind == R_AARCH64_JUMP_SLOT; }
#else
static int is_address(uint64_t kind) { (void)kind; return 0; }
#endif

static const char *const allocators[] = {"malloc",        "calloc",         "realloc", "free",  "memalign",
                                         "aligned_alloc", "posix_memalign", "valloc",  "pvalloc"};
static const char *const operators[] = {"_Znwm", "_Znam"}; /* operator new, and new[] */
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* What of an object's dynamic section is needed, with addresses as they are in memory. */
struct object {
    uintptr_t base;
    const char *names;
    const ElfW(Sym) * symbols;
    const ElfW(Rela) * jumps, *others;
    size_t jump_bytes, other_bytes, symbol_count;
    const uint32_t *hash, *gnu_hash;
};

/* glibc has put the base into the addresses already, other C libraries have not. */
static const void *at(uintptr_t base, ElfW(Addr) address) { return (const void *)(address < base ? address + base : address); }

static uint32_t count_by_gnu_hash(const uint32_t *table) {
    uint32_t buckets = table[0], first = table[1], last = 0;
    const uint32_t *bucket = table + 4 + table[2] * (sizeof(ElfW(Addr)) / sizeof *table), *chain = bucket + buckets;
    for (uint32_t i = 0; i < buckets; i++)
        last = bucket[i] > last ? bucket[i] : last;
    if (last < first)
        return first;
    while ((chain[last - first] & 1) == 0)
        last++;
    return last + 1;
}

static int read_object(const struct link_map *map, struct object *object) {
    *object = (struct object){.base = map->l_addr};
    for (const ElfW(Dyn) *entry = map->l_ld; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        const void *where = at(map->l_addr, entry->d_un.d_ptr);
        switch (entry->d_tag) {
        case DT_STRTAB: object->names = where; break;
        case DT_SYMTAB: object->symbols = where; break;
        case DT_JMPREL: object->jumps = where; break;
        case DT_RELA: object->others = where; break;
        case DT_HASH: object->hash = where; break;
        case DT_GNU_HASH: object->gnu_hash = where; break;
        case DT_PLTRELSZ: object->jump_bytes = entry->d_un.d_val; break;
        case DT_RELASZ: object->other_bytes = entry->d_un.d_val; break;
        default: break;
        }
    }
    if (object->hash != NULL)
        object->symbol_count = object->hash[1];
    else if (object->gnu_hash != NULL)
        object->symbol_count = count_by_gnu_hash(object->gnu_hash);
    return object->names != NULL && object->symbols != NULL;
}

/*
 * A block from an `operator new` must be one that the watched heap knows of. Nobody can tell which `operator delete` goes
 * with one that a library brings along, so the block stays, where leak checkers see that it is reachable.
 */
static int is_counted(void *make) {
    static void *blocks;
    void *(*make_one)(size_t);
    struct abidance_passage passage;
    *(void **)&make_one = make;
    abidance_enter(0);
    void **block = make_one(24);
    abidance_leave(&passage);
    *block = blocks;
    blocks = block;
    return passage.allocations == 1;
}

/* Tells which name an object has bound to something that is not watched, NULL for none; `*own` has those bound rightly. */
static const char *bound_elsewhere(const struct object *object, const ElfW(Rela) * entries, size_t bytes, uint32_t *right) {
    for (size_t i = 0; entries != NULL && i < bytes / sizeof *entries; i++) {
        if (!is_address(ELF64_R_TYPE(entries[i].r_info)) || ELF64_R_SYM(entries[i].r_info) == 0)
            continue;
        const char *name = object->names + object->symbols[ELF64_R_SYM(entries[i].r_info)].st_name;
        void *target = *(void **)(object->base + entries[i].r_offset);
        for (unsigned j = 0; j < COUNT(allocators); j++)
            if (strcmp(name, allocators[j]) == 0) {
                if (target != NULL && target != dlsym(RTLD_DEFAULT, name))
                    return allocators[j];
                *right |= 1u << j;
            }
        for (unsigned j = 0; name[0] == '_' && j < COUNT(operators); j++)
            if (strcmp(name, operators[j]) == 0 && target != NULL && !is_counted(target))
                return operators[j];
    }
    return NULL;
}

/* Tells which allocator an object defines, and calls without asking the dynamic linker. */
static const char *defines_its_own(const struct object *object, uint32_t right) {
    for (size_t i = 1; i < object->symbol_count; i++) {
        const ElfW(Sym) *symbol = &object->symbols[i];
        if (symbol->st_shndx == SHN_UNDEF || (symbol->st_info & 0xf) != STT_FUNC)
            continue;
        for (unsigned j = 0; j < 3; j++) /* malloc, calloc, realloc */
            if (strcmp(object->names + symbol->st_name, allocators[j]) == 0 && (right & 1u << j) == 0)
                return allocators[j];
    }
    return NULL;
}

static const char *shown(const char *name) {
    return strcmp(name, "_Znwm") == 0 ? "operator new" : strcmp(name, "_Znam") == 0 ? "operator new[]" : name;
}

static void *trial;
static unsigned long long loaded; /* so many objects when it was looked at them */

static int count_loaded(struct dl_phdr_info *information, size_t size, void *to) {
    (void)size;
    *(unsigned long long *)to = information->dlpi_adds;
    return 1;
}

/* Tells of what a call has loaded since, once. */
int bound_since(char *words, uint32_t room) {
    unsigned long long now = 0;
    if (trial == NULL || !gate_has_heap())
        return 0;
    dl_iterate_phdr(count_loaded, &now);
    return now != loaded && abidance_bound(trial, words, room);
}

static const char *file_of(const struct link_map *map) {
    const char *file = strrchr(map->l_name, '/');
    return file == NULL ? map->l_name : file + 1;
}

static int is_runtime(const char *file) {
    static const char *const runtimes[] = {"libc.so", "ld-linux", "libasan", "libubsan", "libtsan", "libclang_rt"};
    for (unsigned i = 0; i < COUNT(runtimes); i++)
        if (strncmp(file, runtimes[i], strlen(runtimes[i])) == 0)
            return 1;
    return 0;
}

static void rebind(const struct object *object, const ElfW(Rela) * entries, size_t bytes) {
    unsigned count;
    const struct refusal *refusals = hooked_refusals(&count);
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; entries != NULL && i < bytes / sizeof *entries; i++) {
        if (!is_address(ELF64_R_TYPE(entries[i].r_info)) || ELF64_R_SYM(entries[i].r_info) == 0)
            continue;
        const char *name = object->names + object->symbols[ELF64_R_SYM(entries[i].r_info)].st_name;
        void **target = (void **)(object->base + entries[i].r_offset);
        for (unsigned j = 0; j < count; j++)
            if (strcmp(name, refusals[j].name) == 0
                && mprotect((void *)((uintptr_t)target & ~(page - 1)), page, PROT_READ | PROT_WRITE) == 0)
                *target = refusals[j].function;
    }
}

void bind_refusals(void) {
    static void *bound;
    struct link_map *map = NULL;
    struct object object;
    if (bound == trial || trial == NULL || dlinfo(trial, RTLD_DI_LINKMAP, &map) != 0)
        return;
    bound = trial;
    Dl_info own;
    if (dladdr(&bound, &own) == 0)
        return;
    for (; map != NULL; map = map->l_next)
        if (own.dli_fbase != (void *)map->l_addr && !is_runtime(file_of(map)) && read_object(map, &object)) {
            rebind(&object, object.jumps, object.jump_bytes);
            rebind(&object, object.others, object.other_bytes);
        }
}

/* Looks at a library that was opened, and at all that was loaded with it and since. */
int abidance_bound(void *handle, char *words, uint32_t room) {
    struct link_map *map = NULL;
    struct object object;
    words[0] = 0;
    if (!gate_has_heap() || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return 0;
    int others = 0;
    trial = handle;
    dl_iterate_phdr(count_loaded, &loaded);
    for (; map != NULL; map = map->l_next, others = 1) {
        uint32_t right = 0;
        if (!read_object(map, &object))
            continue;
        const char *file = file_of(map);
        if (strncmp(file, "libc.so", 7) == 0 || strncmp(file, "ld-linux", 8) == 0)
            continue;
        const char *name = bound_elsewhere(&object, object.jumps, object.jump_bytes, &right);
        if (name == NULL)
            name = bound_elsewhere(&object, object.others, object.other_bytes, &right);
        /* A dependency may be an allocator that nobody here is bound to. */
        if (name == NULL && !others)
            name = defines_its_own(&object, right);
        if (name != NULL) {
            snprintf(words, room, "`%s` has memory from another allocator than the one that is watched: its `%s`", file,
                     shown(name));
            return 1;
        }
    }
    return 0;
}
