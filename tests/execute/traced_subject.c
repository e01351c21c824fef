/* What is traced: accesses of each kind, decoys that are called, whose memory a pointer is, and what a fence refuses. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int sum(const unsigned char *a, uint64_t n) {
    int s = 0;
    for (uint64_t i = 0; i < n; i++)
        s += ((const volatile unsigned char *)a)[i];
    return s;
}
void put(char *to, const char *from, uint64_t n) { memcpy(to, from, n); }
void back(char *a) { a[-3] = 1; }
int far_beyond(const char *a) { return a[1 << 20]; }
int ask(int (*f)(void *, int), void *data) { return f(data, 41) + 1; }
static char here[8];
void *whose(int which, char *a) {
    static void *older;
    switch (which) {
    case 0: return malloc(24);
    case 1: return (char *)malloc(24) + 8;
    case 2: return here;
    case 3: return a + 2;
    case 4: older = malloc(24); free(older); return older;
    default: return NULL;
    }
}
int creates(const char *name) { return open(name, O_CREAT | O_WRONLY, 0600); }
int reads(const char *name) { int file = open(name, O_RDONLY); return file < 0 ? -errno : close(file); }
int removes(const char *name) { return unlink(name); }
int forks(void) { pid_t child = fork(); if (child == 0) _exit(0); return child > 0; }
int connects(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static void *nothing(void *a) { return a; }
int threads(void) {
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}
