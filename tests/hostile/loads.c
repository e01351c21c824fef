/* Libraries that do harm when they are loaded: LOAD is the number of the constructor, and all are built from here. */
#include "hostile.h"

#define GO(...) __attribute__((constructor)) static void go(void) { __VA_ARGS__; }

static void *wait_for_ever(void *p) { for (;;) pause(); return p; }
static pid_t cached;

#if defined(LOAD_crashes)
GO(volatile int *volatile null = 0; *null = 1)
#elif defined(LOAD_aborts)
GO(abort())
#elif defined(LOAD_exits)
GO(exit(0))
#elif defined(LOAD_exits_at_once)
GO(_exit(3))
#elif defined(LOAD_hangs)
GO(for (;;) pause())
#elif defined(LOAD_stops)
GO(raise(SIGSTOP))
#elif defined(LOAD_closes)
GO(for (int i = 0; i < 1024; i++) close(i))
#elif defined(LOAD_replaces)
GO(int f = open("/dev/null", O_RDWR); for (int i = 3; i < 64; i++) dup2(f, i))
#elif defined(LOAD_writes)
GO(for (int i = 3; i < 64; i++) (void)!write(i, "nonsense", 8))
#elif defined(LOAD_daemon)
GO(if (fork() == 0) { setsid(); if (fork() == 0) for (;;) pause(); _exit(0); } wait(0))
#elif defined(LOAD_daemon_and_abort)
GO(if (fork() == 0) { setsid(); if (fork() == 0) for (;;) pause(); _exit(0); } abort())
#elif defined(LOAD_thread)
GO(pthread_t t; pthread_create(&t, 0, wait_for_ever, 0))
#elif defined(LOAD_handlers)
GO(for (int i = 1; i < 32; i++) signal(i, SIG_IGN))
#elif defined(LOAD_locale)
#include <locale.h>
GO(setlocale(LC_ALL, "C.UTF-8"))
#elif defined(LOAD_prints)
GO(printf("hello\n"); fflush(stdout))
#elif defined(LOAD_floods)
GO(static char noise[65536]; for (int i = 0; i < 1024; i++) (void)!write(1, noise, sizeof noise))
#elif defined(LOAD_limits)
GO(struct rlimit l = {0, 0}; setrlimit(RLIMIT_NOFILE, &l))
#elif defined(LOAD_memory)
GO(struct rlimit l = {1 << 20, 1 << 20}; setrlimit(RLIMIT_AS, &l))
#elif defined(LOAD_timer)
GO(alarm(1000))
#elif defined(LOAD_umask)
GO(umask(0777))
#elif defined(LOAD_directory)
GO(char d[] = "/tmp/abidance-gone-XXXXXX"; mkdtemp(d); chdir(d); rmdir(d))
#elif defined(LOAD_environment)
extern char **environ;
GO(environ = NULL)
#elif defined(LOAD_seccomp)
GO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
#elif defined(LOAD_cached)
GO(cached = getpid())
#elif defined(LOAD_atexit)
static void later(void) { abort(); }
GO(atexit(later))
#elif defined(LOAD_destructor)
__attribute__((destructor)) static void end(void) { abort(); }
#elif defined(LOAD_ifunc)
static int (*choose(void))(int) { abort(); }
int chosen(int n) __attribute__((ifunc("choose")));
int chooses(int n) { return chosen(n); }
#elif defined(LOAD_ifunc_sound)
static int one(int n) { return n; }
static int (*choose(void))(int) { return one; }
int chosen(int n) __attribute__((ifunc("choose")));
#elif defined(LOAD_undefined)
int nowhere_to_be_found(int n);
int uses(int n) { return nowhere_to_be_found(n); }
#elif defined(LOAD_large_tls)
__thread char large[64 << 20];
int tls(int n) { return large[n & 1023]; }
#endif

int good(int n) {
    if (cached != 0 && cached != getpid())
        abort();
    return n;
}
