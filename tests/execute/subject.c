/* What the worker is tested with: each defect beside a sound twin. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }

uint64_t widest(uint8_t a, int8_t b, uint16_t c, int16_t d, uint64_t e) {
    return (uint64_t)a + (uint64_t)(int64_t)b + c + (uint64_t)(int64_t)d + e;
}

int8_t narrow(int value) { return (int8_t)value; }
/* A _Bool with a byte that none may have, as a callee compiled against another header returns it. */
uint8_t truth(int value) { return (uint8_t)value; }

float same_float(float value) { return value; }
double same_double(double value) { return value; }

int copy(uint8_t *to, const uint8_t *from, size_t length) {
    memcpy(to, from, length);
    return 0;
}

struct small { int32_t a; uint8_t b[3]; };
struct large { int64_t a; double b; uint16_t c[5]; };

struct small twice_small(struct small s) {
    s.a *= 2;
    s.b[2] = 9;
    return s;
}

struct large shifted(struct large s, int64_t by) {
    s.a += by;
    s.c[4] = 7;
    return s;
}

int set_errno(int value) {
    errno = value;
    return -1;
}
int keep_errno(void) { return errno; }

static const char hello[] = "hello";
const char *text(void) { return hello; }
const char *no_text(void) { return NULL; }
const char *wild_text(void) { return (const char *)0x123450; }
const char *freed_text(void) {
    char *volatile made = strdup(hello);
    free(made);
    return made;
}
uint8_t *bytes_out(size_t *length) {
    *length = 3;
    return (uint8_t *)hello;
}
/* A string that ends exactly where readable memory ends, without its NUL if `cut`. */
const char *text_at_edge(int cut) {
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 4096, 4096, PROT_NONE);
    memcpy(pages + 4091, cut ? "12345" : "1234", 5);
    return pages + 4091;
}

struct box { int value; };
struct box *box_new(int value) {
    if (value < 0)
        return NULL;
    struct box *made = malloc(sizeof *made);
    if (made != NULL)
        made->value = value;
    return made;
}
int box_open(struct box **out, int value) {
    *out = box_new(value);
    return *out == NULL ? -1 : 0;
}
int box_get(const struct box *box) { return box->value; }
void box_free(struct box *box) { free(box); }

uint8_t peek(const uint8_t *p, int64_t at) { return ((const volatile uint8_t *)p)[at]; }
void poke(uint8_t *p, int64_t at, uint8_t value) { ((volatile uint8_t *)p)[at] = value; }
void poke_and_restore(uint8_t *p) {
    volatile uint8_t *at = p;
    uint8_t before = *at;
    *at = (uint8_t)~before;
    *at = before;
}
int chain(const uint8_t *const *rows, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i][0];
    return sum;
}

int load(const int *p) { return *(const volatile int *)p; }
void call_null(void) { ((void (*volatile)(void))NULL)(); }
int load_wild(void) { return *(volatile int *)0x8000000000000000; }
void do_abort(void) { abort(); }
void do_exit(int status) { exit(status); }
void do_raise(int number) { raise(number); }
void hang(void) {
    for (volatile int going = 1; going;)
        ;
}
static int64_t worked(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
void work_ms(int ms) {
    for (int64_t began = worked(); worked() - began < ms * INT64_C(1000000);)
        ;
}
void sleep_ms(int ms) { usleep((useconds_t)ms * 1000); }
int divide(int a, int b) { return (int)((volatile int){a} / (volatile int){b}); }
int __attribute__((noinline)) deep(int depth) {
    volatile char frame[1024];
    frame[0] = (char)depth;
    return depth == 0 ? 0 : deep(depth - 1) + frame[0] * 0;
}
int __attribute__((noinline)) alloca_bytes(size_t size) {
    volatile char *room = __builtin_alloca(size);
    room[0] = 1;
    return room[0];
}
int free_twice(int twice) {
    void *volatile p = malloc(8);
    free(p);
    if (twice)
        free(p);
    return 0;
}
void free_it(void *p) { free(p); }
int free_inside(void) {
    char *volatile p = malloc(8);
    free(p + 1);
    return 0;
}
int use_after_free(void) {
    volatile char *volatile p = malloc(10);
    free((void *)p);
    return p[3];
}
int own_overflow(size_t at) {
    volatile char *volatile p = malloc(10);
    p[at] = 1;
    free((void *)p);
    return 0;
}
int global_table[8];
int global_get(size_t at) { return ((volatile int *)global_table)[at]; }
int signed_add(int a, int b) { return a + b; }
int load_int(const char *p) { return *(const volatile int *)p; }

void say(const char *words, size_t times) {
    for (size_t i = 0; i < times; i++)
        (void)!write(2, words, strlen(words));
}
void say_forever(void) {
    static const char line[4096] = {'x'};
    for (;;)
        (void)!write(1, line, sizeof line);
}
void close_all(void) {
    for (int i = 0; i < 256; i++)
        close(i);
}
void close_all_and_hang(void) {
    close_all();
    hang();
}
/* Writes nonsense into every descriptor but the standard ones. */
void scribble(size_t length) {
    static const char noise[4096] = "nonsense";
    for (int i = 3; i < 64; i++)
        (void)!write(i, noise, length);
}
/* Overwrites whatever memory file is mapped: the worst that a wild write can do to the mailbox. */
int scribble_mailbox(size_t offset, size_t length, int byte) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    int found = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
        if (strstr(line, "memfd:abidance-mailbox") != NULL) {
            memset((char *)strtoul(line, NULL, 16) + offset, byte, length);
            found = 1;
        }
    if (maps != NULL)
        fclose(maps);
    return found;
}
int fork_child(int seconds) {
    pid_t child = fork();
    if (child == 0) {
        sleep((unsigned)seconds);
        _exit(0);
    }
    return child;
}
int fork_daemon(int seconds) {
    pid_t child = fork();
    if (child == 0) {
        setsid();
        sleep((unsigned)seconds);
        _exit(0);
    }
    return child;
}
int fork_twice_back(void) { return fork() >= 0; }
int crash_in_child(void) {
    pid_t child = fork();
    if (child == 0)
        abort();
    return child > 0;
}
void kill_parent(void) { kill(getppid(), SIGKILL); }
void kill_self(int number) { kill(getpid(), number); }
int process(void) { return getpid(); }

static int counter;
int count_up(void) { return ++counter; }
int racy;
static void *race_on(void *unused) {
    for (int i = 0; i < 1000; i++)
        racy++;
    return unused;
}
int race(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, race_on, NULL);
    pthread_create(&two, NULL, race_on, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
static void *crash_on(void *unused) {
    usleep(80000);
    *(volatile int *)8 = 1;
    return unused;
}
/* Crashes in a thread: at once, or a while after it has returned. */
int crash_in_thread(int wait) {
    pthread_t thread;
    pthread_create(&thread, NULL, crash_on, NULL);
    if (wait)
        pthread_join(thread, NULL);
    return 0;
}
