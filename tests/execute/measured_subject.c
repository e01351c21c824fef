#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Exactly `count` times two instructions, one before and one after. */
__attribute__((naked)) uint64_t turns(uint64_t count) {
    (void)count;
    __asm__("mov %rdi, %rax\n1: dec %rdi\n jnz 1b\n ret\n");
}

/* One instruction that repeats itself, and three beside it. */
__attribute__((naked)) void copies(void *to, const void *from, uint64_t size) {
    (void)to, (void)from, (void)size;
    __asm__("mov %rdx, %rcx\n cld\n rep movsb\n ret\n");
}

static void wait_for(long microseconds) {
    struct timespec began, now;
    clock_gettime(CLOCK_MONOTONIC, &began);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - began.tv_sec) * 1000000 + (now.tv_nsec - began.tv_nsec) / 1000 < microseconds);
}

int waits(int microseconds) {
    wait_for(microseconds);
    return microseconds;
}

/* Three times all right, and then no longer. */
int ends(int first) {
    static int calls;
    return ++calls % 20 != 0 ? first : -1;
}

/* Changes what it is given: each round must begin with the same. */
int consumes(uint8_t *bytes) {
    if (bytes[0] != 7)
        wait_for(100000);
    bytes[0] = 0;
    return 0;
}

int starts(int number) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, (void *(*)(void *))(void *)time, NULL) != 0)
        return -1;
    pthread_join(thread, NULL);
    return number;
}
