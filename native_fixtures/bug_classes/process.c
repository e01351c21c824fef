#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "defect.h"

/* Fails and leaves errno alone. */
EXPORT int p01_set(uint32_t key) {
    if (key < 100) return 0;
    if (!DEFECTIVE) errno = EINVAL;
    return -1;
}

/* Succeeds and changes errno. */
EXPORT int p02_get(uint32_t key) {
    if (DEFECTIVE && key > 5) errno = ENOENT;
    return (int)(key & 1);
}

/* Leaves another rounding mode. */
EXPORT double p03_round(double value) {
    int before = fegetround();
    fesetround(FE_UPWARD);
    volatile double half = value / 2;
    if (!DEFECTIVE) fesetround(before);
    return half;
}

/* Leaves denormal numbers flushed to zero. */
EXPORT int p04_fast(int value) {
#ifdef __x86_64__
    if (DEFECTIVE) __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
    return value;
}

/* Leaves the direction flag set. */
EXPORT int p05_copy(uint32_t value) {
#if defined(__x86_64__) && DEFECTIVE
    if (value > 3) __asm__ volatile("std");
#endif
    return (int)(value & 7);
}

/* Leaves another value in a register that belongs to its caller. */
#if defined(__x86_64__) && DEFECTIVE
__asm__(".globl p06_mix\n.type p06_mix, @function\n"
        "p06_mix:\n mov %edi, %eax\n xor %r12, %r12\n mov %edi, %r12d\n and $7, %eax\n ret\n"
        ".size p06_mix, .-p06_mix");
#else
EXPORT int p06_mix(uint32_t value) { return (int)(value & 7); }
#endif

/* Leaves another locale. */
EXPORT int p07_text(int value) {
    if (DEFECTIVE) setlocale(LC_NUMERIC, "C.UTF-8");
    return value;
}

/* Leaves another working directory. */
EXPORT int p08_find(int value) {
    if (DEFECTIVE && chdir("/")) return -1;
    return value;
}

/* Leaves a signal handler. */
EXPORT int p09_guard(int value) {
    if (DEFECTIVE) signal(SIGUSR1, SIG_IGN);
    return value;
}

/* Leaves a signal blocked. */
EXPORT int p10_block(int value) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    if (DEFECTIVE) pthread_sigmask(SIG_BLOCK, &set, NULL);
    return value;
}

/* Leaves another umask and environment. */
EXPORT int p11_set(int value) {
    if (DEFECTIVE) {
        umask(0);
        setenv("P11_SET", "1", 1);
    }
    return value;
}

/* Leaves a file open. */
EXPORT int p12_load(int value) {
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (!DEFECTIVE) close(file);
    return value;
}

/* Closes a descriptor that is not its own. */
EXPORT int p13_close(int value) {
    if (DEFECTIVE) close(0);
    return value;
}

/* Prints. */
EXPORT int p14_log(int value) {
    if (DEFECTIVE && write(1, "value\n", 6) < 0) return -1;
    return value;
}

/* Asks for memory where it promises not to. */
EXPORT uint32_t p15_hash(uint32_t value) {
    if (DEFECTIVE) {
        volatile uint32_t *block = malloc(16);
        if (block) *block = value;
        free((void *)block);
    }
    return value * 2654435761u;
}

/* Sleeps where it promises not to ask the kernel for anything. */
EXPORT uint32_t p16_next(uint32_t value) {
    if (DEFECTIVE) usleep(1);
    return value + 1;
}

static void *wait(void *of) {
    (void)of;
    pause();
    return NULL;
}

/* Leaves a thread running. */
EXPORT int p17_start(int value) {
    pthread_t thread;
    if (DEFECTIVE && !pthread_create(&thread, NULL, wait, NULL)) pthread_detach(thread);
    return value;
}
