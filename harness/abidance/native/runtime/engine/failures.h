/* How a child that did not leave of itself came to its end, and whether that is known. */
#ifndef ABIDANCE_ENGINE_FAILURES_H
#define ABIDANCE_ENGINE_FAILURES_H
#include "corpus.h"

enum { TEXT_SIZE = 1 << 16, KEY = 512, CAUSES = 512, FRAMES = 2, PER_CAUSE = 4 };

/* `status` is a signal's number (`signal`), an exit status (`exit`, `sanitizer`) or nothing. */
typedef struct {
    const char *kind;
    int status;
    char key[KEY], text[TEXT_SIZE];
    size_t text_size;
} ending;

typedef struct {
    char key[KEY];
    uint32_t size, recorded; /* the smallest input, and how many were written down */
    uint64_t times;
} cause;

static cause causes[CAUSES];
static uint32_t cause_count;

static void read_output(int output, ending *to)
{
    struct stat facts;
    off_t start = fstat(output, &facts) || facts.st_size < TEXT_SIZE ? 0 : facts.st_size - TEXT_SIZE + 1;
    ssize_t got = pread(output, to->text, TEXT_SIZE - 1, start);
    to->text_size = got > 0 ? (size_t)got : 0;
    for (size_t i = 0; i < to->text_size; i++)
        if (!to->text[i])
            to->text[i] = ' ';
    to->text[to->text_size] = 0;
}

static char *last_of(char *text, const char *part)
{
    char *found = NULL;
    for (char *at = text; (at = strstr(at, part)); at++)
        found = at;
    return found;
}

/* The runtimes of sanitizers and the C library are where things are noticed, and not where they are wrong. */
static bool is_runtime(const char *module)
{
    static const char *const known[] = {"libasan", "libubsan", "liblsan", "libtsan", "libclang_rt", "libc.so", "libc-", "ld-linux", "libgcc_s", "libstdc++", "linux-vdso"};
    const char *slash = strrchr(module, '/');
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strncmp(slash ? slash + 1 : module, known[i], strlen(known[i])))
            return true;
    return false;
}

static void add_to_key(char *key, const char *words, size_t size)
{
    size_t had = strlen(key);
    size = had + size + 2 > KEY ? KEY - 2 - had : size;
    key[had] = ' ';
    memcpy(key + had + 1, words, size);
    key[had + 1 + size] = 0;
}

/* Add the innermost frames of the first stack in the text; each is its module and the place in that. */
static void add_stack(char *key, const char *text, int most)
{
    int found = 0, expected = 0;
    for (const char *line = text; line && found < most; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *at = line + strspn(line, " ");
        int number;
        if (*at != '#' || sscanf(at, "#%d", &number) != 1)
            continue;
        if (number < expected)
            break; /* the next stack */
        expected = number;
        const char *end = at + strcspn(at, "\n"), *open = end;
        while (open > at && *open != '(')
            open--;
        if (*open != '(')
            continue;
        char place[256];
        size_t size = (size_t)(end - open - 1);
        size = size < sizeof place ? size : sizeof place - 1;
        memcpy(place, open + 1, size);
        place[size] = 0;
        place[strcspn(place, ")")] = 0;
        if (is_runtime(place))
            continue;
        const char *slash = strrchr(place, '/'), *ours = strrchr(own_path, '/');
        if (ours && !strncmp(slash ? slash : place, ours, strlen(ours)))
            break; /* the target, which called the library */
        add_to_key(key, slash ? slash + 1 : place, strlen(slash ? slash + 1 : place));
        found++;
    }
}

static void name_finding(ending *to, const char *line)
{
    /* ABIDANCE-FINDING CODE FUNCTION step N: WHAT */
    char code[64], function[192];
    int step, at = 0;
    to->kind = "finding";
    if (sscanf(line, "ABIDANCE-FINDING %63s %191s step %d: %n", code, function, &step, &at) >= 3 && at) {
        size_t size = strcspn(line + at, "\n");
        snprintf(to->key, KEY, "%s:%s:%.*s", code, function, (int)(size < 200 ? size : 200), line + at);
    } else
        snprintf(to->key, KEY, "%.*s", (int)strcspn(line, "\n"), line);
}

static void name_report(ending *to, const char *report)
{
    static const char *const makers[] = {"AddressSanitizer: ", "ThreadSanitizer: ", "LeakSanitizer: "};
    to->kind = "sanitizer";
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        const char *found = strstr(report, makers[i]);
        if (found) {
            found += strlen(makers[i]);
            size_t size = strcspn(found, " :\n");
            snprintf(to->key, KEY, "%.*s", (int)(size < 64 ? size : 64), found);
            add_stack(to->key, found, strncmp(to->key, "stack-overflow", 14) ? FRAMES : 1);
            return;
        }
    }
    /* UBSan: PLACE: runtime error: WHAT, and the values in it differ */
    const char *start = report;
    while (start > to->text && start[-1] != '\n')
        start--;
    snprintf(to->key, KEY, "%.*s", (int)(report - start), start);
}

/* Read from status and output what happened; `stopped` says why the parent has ended it, where it has. */
static void read_ending(ending *to, int status, int output, const char *stopped)
{
    memset(to->key, 0, sizeof to->key);
    read_output(output, to);
    char *finding = last_of(to->text, "ABIDANCE-FINDING "), *crash = last_of(to->text, "ABIDANCE-CRASH ");
    char *report = last_of(to->text, "ERROR: AddressSanitizer"), *undefined = last_of(to->text, "runtime error: ");
    if (!report)
        report = last_of(to->text, "WARNING: ThreadSanitizer");
    to->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (stopped) {
        to->kind = stopped;
        to->status = 0;
        snprintf(to->key, KEY, "%s", stopped);
    } else if (finding && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        name_finding(to, finding);
    else if (report && !(crash && crash > report))
        name_report(to, report);
    else if (undefined && !crash)
        name_report(to, undefined);
    else if (WIFSIGNALED(status)) {
        to->kind = "signal";
        snprintf(to->key, KEY, "signal %d", WTERMSIG(status));
        if (crash)
            add_stack(to->key, crash, FRAMES);
    } else {
        to->kind = "exit";
        snprintf(to->key, KEY, "exit %d", WEXITSTATUS(status));
    }
}

static cause *cause_of(const char *key)
{
    for (uint32_t i = 0; i < cause_count; i++)
        if (!strcmp(causes[i].key, key))
            return &causes[i];
    if (cause_count == CAUSES)
        return NULL;
    snprintf(causes[cause_count].key, KEY, "%s", key);
    causes[cause_count].size = UINT32_MAX;
    return &causes[cause_count++];
}

#endif
