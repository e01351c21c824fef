/* The library behind the interposer: its functions, where its code lies, and what asks for them by name.
 *
 * The generated part declares ABIDANCE_FUNCTIONS functions, by `abidance_symbols` and `abidance_wrappers`.
 */
#ifndef ABIDANCE_INTERPOSING_H
#define ABIDANCE_INTERPOSING_H

static void *abidance_real[ABIDANCE_FUNCTIONS];
static uintptr_t abidance_low, abidance_span; /* where the library lies, once one of its functions was found */
__attribute__((visibility("hidden"))) void *(*abidance_real_dlsym)(void *, const char *);

__attribute__((visibility("hidden"))) void abidance_find_dlsym(void)
{
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.2.5"};
    for (unsigned i = 0; !abidance_real_dlsym && i < sizeof versions / sizeof *versions; i++)
        abidance_real_dlsym = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
}

/* Ours is what all others find. What asks for what is behind it is known by the address that it returns to, so the call is
 * left to the linker's own with nothing in between. */
__asm__(".text\n.globl dlsym\n.type dlsym,@function\ndlsym:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    cmpq $0, abidance_real_dlsym(%rip)\n"
        "    jne 1f\n"
        "    pushq %rdi\n    .cfi_adjust_cfa_offset 8\n"
        "    pushq %rsi\n    .cfi_adjust_cfa_offset 8\n"
        "    subq $8, %rsp\n    .cfi_adjust_cfa_offset 8\n"
        "    call abidance_find_dlsym\n"
        "    addq $8, %rsp\n    .cfi_adjust_cfa_offset -8\n"
        "    popq %rsi\n    .cfi_adjust_cfa_offset -8\n"
        "    popq %rdi\n    .cfi_adjust_cfa_offset -8\n"
        "1:  leaq 1(%rdi), %rax\n" /* RTLD_NEXT is -1, RTLD_DEFAULT 0 */
        "    cmpq $1, %rax\n"
        "    ja 2f\n"
        "    jmp *abidance_real_dlsym(%rip)\n"
        "2:  jmp abidance_asked\n"
        "    .cfi_endproc\n.size dlsym, .-dlsym\n");

typedef struct {
    uintptr_t inside, low, high;
} abidance_extent;

static int abidance_measure(struct dl_phdr_info *info, size_t size, void *into)
{
    abidance_extent *extent = into;
    uintptr_t low = UINTPTR_MAX, high = 0;
    int holds = 0;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD)
            continue;
        uintptr_t from = info->dlpi_addr + part->p_vaddr, to = from + part->p_memsz;
        low = from < low ? from : low;
        high = to > high ? to : high;
        holds |= extent->inside >= from && extent->inside < to;
    }
    if (!holds)
        return 0;
    extent->low = low, extent->high = high;
    return 1;
}

/* Find a function of the library. The library stays loaded from then on: its functions are kept. */
static void *abidance_look_up(unsigned function)
{
    if (!abidance_real_dlsym)
        abidance_find_dlsym();
    void *found = NULL;
    for (const char *const *name = abidance_libraries; !found && *name; name++) {
        void *library = dlopen(*name, RTLD_LAZY | RTLD_NOLOAD);
        if (library)
            found = abidance_real_dlsym(library, abidance_symbols[function]);
    }
    if (!found)
        found = abidance_real_dlsym(RTLD_NEXT, abidance_symbols[function]);
    if (!found || found == abidance_wrappers[function])
        return NULL;
    if (!abidance_span) {
        abidance_extent extent = {(uintptr_t)found, 0, 0};
        if (dl_iterate_phdr(abidance_measure, &extent))
            abidance_low = extent.low, abidance_span = extent.high - extent.low;
    }
    return found;
}

static ABIDANCE_COLD void *abidance_resolve(unsigned function)
{
    int was = errno;
    void *found = abidance_look_up(function);
    if (!found) {
        static const char words[] = "abidance trace: no loaded library has ";
        const char *name = abidance_symbols[function];
        if (write(2, words, sizeof words - 1) < 0 || write(2, name, strlen(name)) < 0 || write(2, "\n", 1) < 0)
            _exit(127);
        _exit(127);
    }
    Dl_info info;
    __atomic_store_n(&abidance_real[function], found, __ATOMIC_RELEASE);
    if ((abidance_life->alive || abidance_begin_process()) && !abidance_file[ABIDANCE_HEAD])
        if (dladdr(found, &info) && info.dli_fname && strlen(info.dli_fname) < 8 * ABIDANCE_PATH)
            strcpy((char *)(abidance_file + ABIDANCE_HEAD), info.dli_fname);
    errno = was;
    return found;
}

static inline void *abidance_function(unsigned function)
{
    void *real = __atomic_load_n(&abidance_real[function], __ATOMIC_ACQUIRE);
    return ABIDANCE_UNLIKELY(!real) ? abidance_resolve(function) : real;
}

extern const char __ehdr_start[] __attribute__((visibility("hidden"))), _end[] __attribute__((visibility("hidden")));

/* Whether a call comes from the library itself: its own business, and no call of the boundary. One at the end of a
 * function may be a jump, which returns to who called that: to the wrapper here. */
static inline int abidance_is_inside(const void *from)
{
    return (uintptr_t)from - abidance_low < abidance_span || (uintptr_t)from - (uintptr_t)__ehdr_start < (uintptr_t)(_end - __ehdr_start);
}

enum { ABIDANCE_FROM_OUTSIDE, ABIDANCE_FROM_INSIDE, ABIDANCE_FROM_EITHER };

/* Where no wrapper stands between, the jump returns to the program, as if that had called: its stack is that of the call
 * before it, and where the instruction there names a function, it is not this one. `at` is where the address is that the
 * call returns to. */
static ABIDANCE_COLD int abidance_jumped(abidance_thread *self)
{
    const unsigned char *behind = self->jumped_from;
    self->jumped_from = self->jumped_at = NULL;
    return behind[-5] == 0xE8 || (behind[-6] == 0xFF && behind[-5] == 0x15) ? ABIDANCE_FROM_INSIDE : ABIDANCE_FROM_EITHER;
}

static inline int abidance_comes(unsigned function, const void *from, const void *at)
{
    abidance_thread *self = abidance_self;
    if (ABIDANCE_UNLIKELY(self && self->jumped_from == from && self->jumped_at == at && self->jumped_to != function))
        return abidance_jumped(self);
    return ABIDANCE_FROM_OUTSIDE;
}

/* Somebody has asked for a function of one object by its name. */
__attribute__((visibility("hidden"), used)) void *abidance_asked(void *object, const char *name)
{
    void *found = abidance_real_dlsym(object, name);
    if (!found || !name)
        return found;
    for (unsigned i = 0; i < ABIDANCE_FUNCTIONS; i++) {
        if (strcmp(abidance_symbols[i], name) != 0)
            continue;
        int was = errno;
        void *real = abidance_look_up(i);
        errno = was;
        return real == found ? abidance_wrappers[i] : found;
    }
    return found;
}

/* What of a call is not recorded but that it was made: then the function itself is jumped to, whatever it is given. */
__attribute__((visibility("hidden"), used)) void *abidance_counted(unsigned function, const void *from, const uint64_t *given)
{
    void *real = abidance_function(function);
    const void *at = given + 6;
    if (abidance_is_inside(from) || abidance_comes(function, from, at) == ABIDANCE_FROM_INSIDE)
        return real;
    abidance_stats *stats = abidance_stats_of(function);
    if (stats) {
        stats->calls++;
        abidance_self->jumped_from = from, abidance_self->jumped_at = at, abidance_self->jumped_to = function;
    }
    unsigned about = abidance_unpromised[function];
    if (abidance_handles && about & 1)
        for (int i = 0; i < 6; i++)
            abidance_lose((const void *)(uintptr_t)given[i]);
    if (abidance_handles && about & 2)
        abidance_forget();
    return real;
}

/* All that a call passes in registers (System V psABI, 3.2.3) is as it was when the function begins. */
#define ABIDANCE_COUNTED(number, symbol)                                                                              \
    __asm__(".text\n.globl " symbol "\n.type " symbol ",@function\n" symbol ":\n"                                     \
            "    .cfi_startproc\n    endbr64\n"                                                                       \
            "    pushq %r9\n    .cfi_adjust_cfa_offset 8\n    pushq %r8\n    .cfi_adjust_cfa_offset 8\n"              \
            "    pushq %rcx\n    .cfi_adjust_cfa_offset 8\n    pushq %rdx\n    .cfi_adjust_cfa_offset 8\n"            \
            "    pushq %rsi\n    .cfi_adjust_cfa_offset 8\n    pushq %rdi\n    .cfi_adjust_cfa_offset 8\n"            \
            "    pushq %rax\n    .cfi_adjust_cfa_offset 8\n    pushq %r10\n    .cfi_adjust_cfa_offset 8\n"            \
            "    subq $136, %rsp\n    .cfi_adjust_cfa_offset 136\n"                                                   \
            "    movups %xmm0, (%rsp)\n    movups %xmm1, 16(%rsp)\n    movups %xmm2, 32(%rsp)\n"                      \
            "    movups %xmm3, 48(%rsp)\n    movups %xmm4, 64(%rsp)\n    movups %xmm5, 80(%rsp)\n"                    \
            "    movups %xmm6, 96(%rsp)\n    movups %xmm7, 112(%rsp)\n"                                               \
            "    movl $" #number ", %edi\n    movq 200(%rsp), %rsi\n    leaq 152(%rsp), %rdx\n"                       \
            "    call abidance_counted\n    movq %rax, %r11\n"                                                        \
            "    movups (%rsp), %xmm0\n    movups 16(%rsp), %xmm1\n    movups 32(%rsp), %xmm2\n"                      \
            "    movups 48(%rsp), %xmm3\n    movups 64(%rsp), %xmm4\n    movups 80(%rsp), %xmm5\n"                    \
            "    movups 96(%rsp), %xmm6\n    movups 112(%rsp), %xmm7\n"                                               \
            "    addq $136, %rsp\n    .cfi_adjust_cfa_offset -136\n"                                                  \
            "    popq %r10\n    .cfi_adjust_cfa_offset -8\n    popq %rax\n    .cfi_adjust_cfa_offset -8\n"            \
            "    popq %rdi\n    .cfi_adjust_cfa_offset -8\n    popq %rsi\n    .cfi_adjust_cfa_offset -8\n"            \
            "    popq %rdx\n    .cfi_adjust_cfa_offset -8\n    popq %rcx\n    .cfi_adjust_cfa_offset -8\n"            \
            "    popq %r8\n    .cfi_adjust_cfa_offset -8\n    popq %r9\n    .cfi_adjust_cfa_offset -8\n"              \
            "    jmp *%r11\n    .cfi_endproc\n.size " symbol ", .-" symbol "\n")

__attribute__((constructor)) static void abidance_loaded(void)
{
    abidance_read_folder();
    abidance_find_dlsym();
}

__attribute__((destructor)) static void abidance_unloaded(void)
{
    if (!abidance_life->alive)
        return;
    for (size_t i = 0; abidance_handles && i < ABIDANCE_ENTRIES; i++) {
        uint64_t key = abidance_handles[i].key;
        uint64_t word = abidance_handles[i].word;
        if (key && ABIDANCE_STATE(word) == ABIDANCE_IS_ALIVE && ABIDANCE_NUMBER(word) > abidance_inherited) {
            unsigned kind = (unsigned)(key >> 56) - 1;
            abidance_note(abidance_kept_checks[kind], NULL, abidance_handles[i].from, 1);
        }
    }
    __atomic_store_n(&abidance_file[ABIDANCE_ENDED], 1, __ATOMIC_RELEASE);
}

#endif
