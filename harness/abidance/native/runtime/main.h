/* The entry points that engines call: one input is run, and again where the first run gave reason to. */
#ifndef ABIDANCE_MAIN_H
#define ABIDANCE_MAIN_H

static const abidance_entry *abidance_chosen = &abidance_entries[0];
static int abidance_has_other;

/* Run the calls that an input stands for, and end the handles that are alive then, the youngest first. */
static void abidance_run(const uint8_t *data, size_t size, int fill)
{
    abidance_next = abidance_input = data, abidance_end = data + size;
    if (!abidance_unowned && !abidance_overfull)
        abidance_since = abidance_runs + 1;
    abidance_nowhere_count = 0;
    abidance_step = 0, abidance_lent_count = 0, abidance_alive = 0, abidance_handle_count = 0, abidance_overfull = 0, abidance_forced = 0;
    abidance_held = 0, abidance_unowned = 0, abidance_excused_step = 0, abidance_accepted_step = 0, abidance_returned_count = 0;
    abidance_spoiled = 0, abidance_overlapping = 0, abidance_does_without = 0, abidance_wanted = 0, abidance_runs++;
    uint8_t layout = abidance_byte();
    abidance_flush_left = layout & 1;
    abidance_shift = layout >> 1 & 15, abidance_asker = layout >> 1;
    abidance_fill = fill >= 0 ? (unsigned char)fill : (layout & ABIDANCE_ZERO_FILL) == ABIDANCE_ZERO_FILL ? 0x00 : 0xA5;
    abidance_sequence = abidance_chosen->is_sequence;
    abidance_only_reads = abidance_sequence && (layout & ABIDANCE_ZERO_FILL) == ABIDANCE_ZERO_FILL;
    if (!abidance_set_up())
        abort(); /* nothing can be called: that is no input that passes */
    if (abidance_shows())
        printf("{\"begin\": \"%s\", \"fill\": %u, \"flush\": %d, \"shift\": %u}\n", abidance_chosen->name, abidance_fill,
               abidance_flush_left, abidance_shift * abidance_chosen->loose);
    abidance_chosen->run();
    abidance_next = abidance_end;
    for (abidance_handle *owed; (owed = abidance_owed());) {
        if (!abidance_end_handle(owed))
            abidance_remove(owed->id);
        owed->references > 0 ? owed->references-- : (owed->left -= owed->left > 0);
        abidance_settle();
        if (!owed->there)
            abidance_counted_out(owed->id);
    }
    abidance_take_back(0);
    abidance_take_back_lasting();
    abidance_tear_down();
    abidance_judge_allotted(!abidance_unowned);
    if (abidance_spoiled)
        abidance_report("ABD314", abidance_chosen->name, "behind a heap block");
}

/* What looked unwritten is reported when it holds whatever memory was filled with, time after time: a byte that is an
 * answer, even one by chance, does not. Fills that no first run has come first: where the byte is an answer, which is
 * nearly always, one more run tells. */
static void abidance_confirm_unwritten(const uint8_t *data, size_t size)
{
    static const unsigned char fills[] = {0x5A, 0x01, 0xC3, 0x00, 0xA5, 0xA5};
    abidance_pass = ABIDANCE_REFILLED;
    int always = 1;
    for (size_t i = 0; i < sizeof fills && always; i++) {
        abidance_unwritten_again = 0;
        abidance_run(data, size, fills[i]);
        always = abidance_unwritten_again;
    }
    abidance_pass = ABIDANCE_FIRST;
    if (always) {
        abidance_step = abidance_unwritten.step;
        abidance_report("ABD325", abidance_unwritten.function, abidance_unwritten.what);
    }
    abidance_unwritten.function = NULL;
}

/* So often is repeated what chance may have brought about: what happens every other time is not reported by it. */
enum { ABIDANCE_SURE = 48 };

/* How many threads there are: one that a call leaves behind has memory of its own, and is no leak. */
static int abidance_threads(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/task");
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* A cache is filled once; a leak leaves more each time. */
static void abidance_confirm_leak(const uint8_t *data, size_t size)
{
    int threads = abidance_threads();
    abidance_pass = ABIDANCE_REPEATED;
    int grows = 1;
    for (int i = 0; i < ABIDANCE_SURE && grows; i++) {
        abidance_run(data, size, -1);
        grows = abidance_held > 0 && !abidance_unowned;
    }
    abidance_pass = ABIDANCE_FIRST;
    if (grows && abidance_threads() <= threads)
        abidance_report("ABD371", abidance_chosen->name, "heap memory stays behind");
}

/* Note the answers of one of two libraries, or of calls as the input says and such as are made plainly. */
static size_t abidance_answer_with(const uint8_t *data, size_t size, int which, int into)
{
    abidance_plain = abidance_tries && which;
    abidance_called = abidance_functions[abidance_tries ? 0 : which];
    abidance_answers_to = into;
    abidance_answered = 0, abidance_answer_count[into] = 0;
    abidance_run(data, size, -1);
    abidance_answers_to = -1;
    abidance_called = abidance_functions[0];
    abidance_plain = 0;
    return abidance_answered;
}

/* Tell whether a library answers an input as it did before, whose answers are in `of`. */
static int abidance_is_steady(const uint8_t *data, size_t size, int which, int of, size_t answered)
{
    static unsigned char kept[sizeof abidance_answers[0]];
    memcpy(kept, abidance_answers[of], answered);
    for (int i = 0; i < ABIDANCE_SURE; i++)
        if (abidance_answer_with(data, size, which, of) != answered || memcmp(kept, abidance_answers[of], answered) != 0)
            return 0;
    return 1;
}

/* The same calls on two libraries, or in two ways, one after the other. What does not answer alike each time is not
 * compared. */
static void abidance_compare(const uint8_t *data, size_t size)
{
    size_t one = abidance_answer_with(data, size, 0, 0), other = abidance_answer_with(data, size, 1, 1);
    if (one == other && memcmp(abidance_answers[0], abidance_answers[1], one) == 0)
        return;
    if (abidance_first_difference() < 0)
        return;
    one = abidance_answer_with(data, size, 0, 0), other = abidance_answer_with(data, size, 1, 1); /* unsorted */
    if (!abidance_is_steady(data, size, 0, 0, one) || !abidance_is_steady(data, size, 1, 1, other))
        return;
    if (abidance_answer_with(data, size, 0, 0) != one)
        return;
    int found = abidance_first_difference();
    if (found >= 0) {
        const abidance_answer *answer = &abidance_answer_list[0][found];
        abidance_step = answer->step;
        static const char *const codes[] = {"ABD331", "ABD390", "ABD389"};
        abidance_report(codes[abidance_tries], answer->function, answer->what);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *abidance_library; /* NULL where it is linked */

/* Code in the header calls the library by names, each of which is a variable of the stub's file. */
static void abidance_import(void *file)
{
    const char *names = dlsym(file, "abidance_imports");
    char name[256], variable[300];
    for (int taken; names && sscanf(names, "%255s%n", name, &taken) == 1; names += taken) {
        snprintf(variable, sizeof variable, "abidance_import_%s", name);
        void *place = dlsym(file, variable);
        void *function = abidance_library ? dlsym(abidance_library, name) : NULL;
        if (!function || function == dlsym(RTLD_NEXT, name)) /* the C library's, such as free, is this program's own */
            function = dlsym(RTLD_DEFAULT, name);
        if (place)
            memcpy(place, &function, sizeof function);
    }
}

/* Stubs call what only a compiler that knows the header can. Objects that the header declares, such as tables of the
   library's, are found by the dynamic linker, which looks no further than what is global. */
static void abidance_load_stubs(const char *path)
{
    if (ABIDANCE_STUBS && path)
        dlopen(path, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
    for (int i = 0; i < ABIDANCE_STUBS; i++) {
        void *file = dlopen(abidance_stub_names[i][0], RTLD_NOW | RTLD_LOCAL);
        void *stub = file ? dlsym(file, abidance_stub_names[i][1]) : NULL;
        if (!stub) {
            fprintf(stderr, "abidance: %s\n", dlerror());
            _exit(2);
        }
        memcpy(&abidance_stubs[i], &stub, sizeof stub);
        abidance_import(file);
    }
}

#ifndef ABIDANCE_STATIC
static void abidance_load(int which, const char *path)
{
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) {
        fprintf(stderr, "abidance: %s\n", path ? dlerror() : "ABIDANCE_LIBRARY names no library");
        _exit(2);
    }
    if (which == 0)
        abidance_library = library;
    for (int i = 0; i < ABIDANCE_FUNCTIONS; i++)
        if (!(abidance_functions[which][i] = dlsym(library, abidance_names[i]))) {
            fprintf(stderr, "abidance: `%s` has no `%s`\n", path, abidance_names[i]);
            _exit(2);
        }
}
#endif

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *entry = getenv("ABIDANCE_ENTRY"), *showing = getenv("ABIDANCE_SHOW");
#ifdef ABIDANCE_DEFAULT_ENTRY
    if (!entry)
        entry = ABIDANCE_DEFAULT_ENTRY;
#endif
    abidance_showing = showing && *showing == '1';
    abidance_known = getenv("ABIDANCE_KNOWN");
    if (entry) {
        abidance_chosen = NULL;
        for (int i = 0; i < ABIDANCE_ENTRIES; i++)
            if (strcmp(abidance_entries[i].name, entry) == 0)
                abidance_chosen = &abidance_entries[i];
        if (!abidance_chosen) {
            fprintf(stderr, "abidance: there is no entry `%s`\n", entry);
            _exit(2);
        }
    }
    abidance_begin_memory();
    abidance_begin_heap();
#ifndef ABIDANCE_STATIC
    const char *library = getenv("ABIDANCE_LIBRARY"), *other = getenv("ABIDANCE_OTHER");
#ifdef ABIDANCE_DEFAULT_LIBRARY
    library = library ? library : ABIDANCE_DEFAULT_LIBRARY;
#endif
#ifdef ABIDANCE_DEFAULT_OTHER
    other = other ? other : ABIDANCE_DEFAULT_OTHER;
#endif
    abidance_load(0, library);
    if (other) {
        abidance_load(1, other);
        abidance_has_other = 1;
    }
    abidance_load_stubs(library);
#else
    abidance_load_stubs(NULL);
#endif
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    abidance_pass = ABIDANCE_FIRST;
    abidance_unwritten.function = NULL;
    if (abidance_has_other) {
        abidance_compare(data, size);
        return 0;
    }
    abidance_run(data, size, -1);
    if (abidance_showing)
        return 0;
    int grew = abidance_heap_seen && abidance_held > 0 && !abidance_unowned;
    if (abidance_unwritten.function)
        abidance_confirm_unwritten(data, size);
    if (abidance_overlapping || abidance_does_without) {
        abidance_tries = abidance_overlapping ? ABIDANCE_APART : ABIDANCE_UNDISTURBED;
        abidance_compare(data, size);
        abidance_tries = ABIDANCE_LIBRARIES;
    }
    if (grew && !abidance_is_known("ABD371", abidance_chosen->name, "heap memory stays behind"))
        abidance_confirm_leak(data, size);
    return 0;
}

#endif
