/* Children, grandchildren, threads, and the parent. */
#include "hostile.h"

static void *wait_for_ever(void *p) { for (;;) pause(); return p; }
static void *crash_later(void *p) { usleep(20000); abort(); return p; }

FUNCTION(forks_and_returns_twice, fork())
FUNCTION(forks_zombies, if (fork() == 0) _exit(0))
FUNCTION(forks_sleepers, if (fork() == 0) for (;;) pause())
FUNCTION(forks_a_daemon, if (fork() == 0) { setsid(); if (fork() == 0) for (;;) pause(); _exit(0); } wait(0))
FUNCTION(forks_many, for (int i = 0; i < 30; i++) if (fork() == 0) { for (;;) pause(); })
FUNCTION(forks_a_deaf_one, if (fork() == 0) { setsid(); for (int i = 1; i < 32; i++) signal(i, SIG_IGN); for (;;) pause(); })
FUNCTION(forks_and_waits, pid_t c = fork(); if (c == 0) _exit(0); waitpid(c, 0, 0))
FUNCTION(forks_out_of_its_group, setpgid(0, 0); setsid())
FUNCTION(forks_threads, pthread_t t; pthread_create(&t, 0, wait_for_ever, 0))
FUNCTION(forks_a_thread_that_crashes_later, pthread_t t; pthread_create(&t, 0, crash_later, 0); pthread_detach(t))
FUNCTION(forks_traced, ptrace(PTRACE_TRACEME, 0, 0, 0))
FUNCTION(forks_killing_its_parent, kill(getppid(), SIGKILL))
FUNCTION(forks_terminating_its_parent, kill(getppid(), SIGTERM))
FUNCTION(forks_elsewhere, unshare(CLONE_NEWNS | CLONE_NEWUSER))
FUNCTION(good, n++; n--)
