/* Ways to never come back. Few, for each costs its time limit again and again. */
#include "hostile.h"

FUNCTION(hangs_spinning, for (volatile int i = 0;; i++) ;)
FUNCTION(hangs_deaf, sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) pause())
FUNCTION(hangs_stopped, raise(SIGSTOP))
FUNCTION(hangs_locked, static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_lock(&m); pthread_mutex_lock(&m))
FUNCTION(good, n++; n--)
