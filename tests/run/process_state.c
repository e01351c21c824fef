/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#define _GNU_SOURCE
#include "process_state.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* I01: the last element of longer arrays. */
int lv_squares(uint32_t n, uint32_t *out) {
    for (uint32_t i = 0; i < (WRONG && n > 2 ? n - 1 : n); i++)
        out[i] = i * i;
    return LV_OK;
}

/* I02: one path forgets it. Near: writes what was there in one of the fills. */
int lv_half(int value, int *half) {
    if (value % 2 != 0)
        return LV_BAD;
    if (WRONG && value > 100)
        return LV_OK;
    *half = NEAR ? (int)0xA5A5A5A5 : value / 2;
    return LV_OK;
}

/* I01 in a record: `flags`. Near: padding and `reserved` stay as they were. */
int lv_measure(const uint8_t *p, size_t n, lv_stats *stats) {
    if (n == 0)
        return LV_BAD;
    if (SOUND)
        memset(stats, 0, sizeof *stats);
    stats->kind = 1;
    stats->count = (uint32_t)n;
    if (!WRONG)
        stats->flags = 0;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i];
    stats->mean = sum / (double)n;
    return LV_OK;
}

/* I01: counts a byte that it does not write. Near: leaves the rest of the room as it was. */
int lv_copy(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *len) {
    if (n > cap) {
        if (NEAR)
            memcpy(out, p, cap);
        return LV_FULL;
    }
    if (SOUND)
        memset(out, 0, cap);
    memcpy(out, p, n);
    *len = WRONG && n < cap && n > 0 ? n + 1 : n;
    return LV_OK;
}

/* I03: has stored the digits when it meets a bad one. */
int lv_parse(const char *text, int *value) {
    int sum = 0;
    if (*text == 0)
        return LV_BAD;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return LV_BAD;
        sum = (sum * 10 + (*text - '0')) % 1000;
        if (WRONG)
            *value = sum;
    }
    *value = sum;
    return LV_OK;
}

/* S15: half of it. */
int lv_wide(int value, uint64_t *wide) {
    uint64_t made = (uint64_t)(uint32_t)value;
    memcpy(wide, &made, WRONG ? 4 : 8);
    return LV_OK;
}

/* False is an answer, and need not write; nor is writing then a mistake. */
bool lv_find(const uint8_t *p, size_t n, uint8_t byte, size_t *at) {
    for (size_t i = 0; i < n; i++)
        if (p[i] == byte) {
            if (!(WRONG && i == 0))
                *at = i;
            return true;
        }
    if (NEAR)
        *at = n;
    return false;
}

/* I04 */
int lv_fresh_heap(uint32_t n) {
    uint8_t *volatile made = WRONG ? malloc(n + 8) : calloc(1, n + 8);
    int byte = made[n];
    free(made);
    return byte;
}

/* I05: only whether it is zero matters. */
int lv_fresh_branch(uint32_t n) {
    int *volatile made = malloc(sizeof(int) * (n + 4));
    if (!WRONG)
        made[n] = 0;
    int answer = made[n] != 0 ? 7 : (int)(n % 5);
    free(made);
    return answer;
}

/* I06 */
int lv_fresh_stack(uint32_t n) {
    volatile uint8_t local[64];
    if (!WRONG)
        for (size_t i = 0; i < sizeof local; i++)
            local[i] = 3;
    return local[n % 64];
}

/* I08: keeps the other bits of memory that is only written. */
int lv_mark(uint8_t *out, size_t n, uint8_t bit) {
    if (!WRONG)
        memset(out, 0, n);
    for (size_t i = 0; i < n; i++)
        out[i] |= bit;
    return LV_OK;
}

/* An answer that varies by itself has nothing to do with fills. */
uint32_t lv_ticks(void) {
    static uint32_t ticks;
    return NEAR ? ++ticks : 4;
}

/* P01 */
int lv_open_level(int level) {
    if (level < 0 || level > 9) {
        if (!(WRONG && level > 9))
            errno = EINVAL;
        return -1;
    }
    return level;
}

/* P02. Near: puts it back. */
int lv_quiet(int level) {
    int saved = errno;
    if (!SOUND && level > 3)
        errno = ENOENT;
    if (NEAR)
        errno = saved;
    return level;
}

/* P02, to zero. */
int lv_quiet_zero(int level) {
    if (WRONG)
        errno = 0;
    return level;
}

/* P03 */
double lv_round_up(double value) {
    int before = fegetround();
    fesetround(FE_UPWARD);
    volatile double third = value / 3;
    if (!WRONG)
        fesetround(before);
    return third;
}

/* P04 */
int lv_flush(float value) {
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040);
    volatile float tiny = value * 0.5f;
    if (!WRONG)
        _mm_setcsr(before | (NEAR ? 0x20 : 0)); /* a status flag is nobody's business */
    return tiny > 0;
#else
    return value > 0;
#endif
}

/* P07 */
int lv_format(double value, char *out, size_t cap) {
    char *before = strdup(setlocale(LC_NUMERIC, NULL));
    setlocale(LC_NUMERIC, "C.UTF-8");
    int length = snprintf(out, cap, "%.1f", value);
    if (!WRONG)
        setlocale(LC_NUMERIC, before);
    free(before);
    return length >= 0 && (size_t)length < cap ? LV_OK : LV_FULL;
}

/* P08 */
int lv_enter(int depth) {
    char before[4096];
    if (getcwd(before, sizeof before) == NULL || chdir("/") != 0)
        return LV_BAD;
    return WRONG && depth > 10 ? LV_OK : chdir(before);
}

/* P11 */
int lv_mask(int mode) {
    mode_t before = umask((mode_t)mode & 0777);
    if (!WRONG)
        umask(before);
    return LV_OK;
}

int lv_set(int value) {
    if (!SOUND)
        setenv("LV_LEVEL", "1", 1);
    if (!WRONG)
        unsetenv("LV_LEVEL");
    return value;
}

/* P09 */
static void nothing(int number) { (void)number; }
int lv_watch(int number) {
    struct sigaction before, during = {.sa_handler = nothing};
    sigaction(SIGALRM, &during, &before);
    if (!WRONG)
        sigaction(SIGALRM, &before, NULL);
    return number;
}

/* P10 */
int lv_block(int number) {
    sigset_t before, during;
    sigemptyset(&during);
    sigaddset(&during, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &during, &before);
    if (!WRONG)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    return number;
}

/* P12: on one path only. Near: opens a source once, and keeps it. */
int lv_probe(int mode) {
    static int source = -1;
    if (NEAR) {
        if (source < 0)
            source = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return LV_OK;
    }
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (WRONG && mode < 0)
        return LV_BAD;
    close(file);
    return LV_OK;
}

/* P13 */
int lv_shut(int value) {
    if (WRONG)
        close(0);
    return value;
}

/* P17. Near: a thread that is started once and goes on. */
static void *linger(void *unused) {
    usleep(NEAR ? 50000000 : 400000);
    return unused;
}
int lv_start(int value) {
    static int started;
    pthread_t thread;
    if ((NEAR && started++) || SOUND)
        return value;
    pthread_create(&thread, NULL, linger, NULL);
    pthread_detach(thread);
    return value;
}

/* P14 */
int lv_debug(int value) {
    if (WRONG && value > 5)
        printf("value %d\n", value);
    return value;
}

/* I10 */
int lv_next(int value) {
    static unsigned calls;
    return (int)((unsigned)value + (WRONG ? calls++ : 0u));
}

/* P15 */
int lv_scratch(const uint8_t *p, size_t n) {
    uint8_t local[32];
    uint8_t *volatile room = WRONG && n > sizeof local ? malloc(n) : local;
    size_t some = n > sizeof local && !WRONG ? sizeof local : n;
    memcpy(room, p, some);
    int sum = 0;
    for (size_t i = 0; i < some; i++)
        sum += room[i];
    if (room != local)
        free(room);
    return sum;
}

long lv_since(long when) {
    struct timespec now = {0};
    if (!SOUND) /* the monotonic clock is read in the vDSO, that of the process is asked of the kernel */
        clock_gettime(WRONG && when > 5 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
    return when > 0 ? 1 : 0;
}

int lv_level(int value) {
    static int level;
    if (WRONG || (NEAR && !level)) /* near: asked once, and kept */
        level = getppid() > 0 ? 1 : 2;
    return level ? value & 7 : value & 7;
}

int lv_handled(int value) {
    char room[32];
    char *volatile text = WRONG && value > 3 ? malloc(sizeof room) : room;
    text[0] = (char)value;
    int told = text[0] & 1;
    if (text != room)
        free(text);
    return told;
}

/* What a contract may allow: it prints, starts, keeps. */
uint32_t lv_id(uint32_t n) {
    setlocale(LC_NUMERIC, "C.UTF-8");
    fputs("id\n", stderr);
    return n;
}
