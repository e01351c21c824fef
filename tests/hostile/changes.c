/* What is left changed in the process. */
#include "hostile.h"

extern char **environ;
static void nothing(int number) { (void)number; }
static char room[65536];

FUNCTION(changes_timer, struct itimerval t = {{0, 0}, {100, 0}}; setitimer(ITIMER_REAL, &t, 0))
FUNCTION(changes_profiling, struct itimerval t = {{9, 0}, {100, 0}}; setitimer(ITIMER_PROF, &t, 0))
FUNCTION(changes_alarm_soon, alarm(1))
FUNCTION(changes_files_limit, struct rlimit l = {3, 3}; setrlimit(RLIMIT_NOFILE, &l))
FUNCTION(changes_memory_limit, struct rlimit l = {1 << 20, 1 << 20}; setrlimit(RLIMIT_AS, &l))
FUNCTION(changes_processes_limit, struct rlimit l = {0, 0}; setrlimit(RLIMIT_NPROC, &l))
FUNCTION(changes_file_size_limit, struct rlimit l = {0, 0}; setrlimit(RLIMIT_FSIZE, &l))
FUNCTION(changes_stack_of_signals, stack_t s = {room, 0, sizeof room}; sigaltstack(&s, 0))
FUNCTION(changes_no_stack_of_signals, stack_t s = {0, SS_DISABLE, 0}; sigaltstack(&s, 0))
FUNCTION(changes_handler, signal(SIGUSR1, nothing))
FUNCTION(changes_crash_handler, signal(SIGSEGV, nothing))
FUNCTION(changes_alarm_ignored, signal(SIGALRM, SIG_IGN); signal(SIGPROF, SIG_IGN))
FUNCTION(changes_all_blocked, sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0))
FUNCTION(changes_umask, umask(0777))
FUNCTION(changes_root_directory, chdir("/"))
FUNCTION(changes_to_a_deleted_directory, char d[] = "/tmp/abidance-gone-XXXXXX"; mkdtemp(d); chdir(d); rmdir(d))
FUNCTION(changes_environment_gone, environ = NULL)
FUNCTION(changes_environment_cleared, clearenv())
FUNCTION(changes_dumpable, prctl(PR_SET_DUMPABLE, 0))
FUNCTION(changes_death_signal, prctl(PR_SET_PDEATHSIG, 0))
FUNCTION(changes_rounding, unsigned c = __builtin_ia32_stmxcsr(); __builtin_ia32_ldmxcsr(c | 0x6000))
FUNCTION(good, n++; n--)
