/* Calls that do something to the process, one thing each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *volatile kept[64];
static unsigned count;

int sound(void) { return 1; }
int rounds(void) { return fesetround(FE_DOWNWARD); }
int rounds_and_back(void) {
    fesetround(FE_DOWNWARD);
    return fesetround(FE_TONEAREST);
}
int raises_flags(void) {
    volatile double zero = 0;
    return 1 / zero > 0;
}
int localises(void) { return setlocale(LC_NUMERIC, "C.UTF-8") != NULL; }
int moves(void) { return chdir("/"); }
int masks(void) { return (int)umask(0777); }
int sets(void) { return setenv("ABIDANCE_SUBJECT", "1", 1); }
static void nothing(int number) { (void)number; }
int handles(void) { return signal(SIGUSR1, nothing) == SIG_ERR; }
int blocks(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return pthread_sigmask(SIG_BLOCK, &set, NULL);
}
int opens(void) { return open("/", O_RDONLY); }
int opens_and_closes(void) { return close(open("/", O_RDONLY)); }
int closes(void) { return close(0); }
static void *linger(void *unused) {
    usleep(300000);
    return unused;
}
static void *end(void *unused) { return unused; }
int starts(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, linger, NULL);
    return pthread_detach(thread);
}
int starts_and_joins(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, end, NULL);
    return pthread_join(thread, NULL);
}
int prints(void) { return printf("words"); }
int leaks(void) {
    kept[count++ % 64] = malloc(24);
    return 0;
}
int borrows(void) {
    void *volatile block = malloc(24);
    free(block);
    return 0;
}
int grows(void) {
    char *volatile block = malloc(8);
    block = realloc(block, 4000);
    free(block);
    return 0;
}
static void *last;
int replaces(void) {
    free(last);
    last = malloc(32);
    return 0;
}
int fresh_heap(void) {
    uint8_t *volatile block = malloc(100);
    int byte = block[50];
    free(block);
    return byte;
}
int fresh_stack(void) {
    volatile uint8_t local[256];
    return local[128];
}
int many(int blocks) {
    void **all = malloc((size_t)blocks * sizeof *all);
    for (int i = 0; i < blocks; i++)
        all[i] = malloc((size_t)i % 100);
    for (int i = 0; i < blocks; i++)
        free(all[(i * 7919) % blocks]);
    free(all);
    return 0;
}
