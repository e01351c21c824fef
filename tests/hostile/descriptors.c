/* What is done to descriptors, those of abidance among them. */
#include "hostile.h"

static char noise[65536];

FUNCTION(files_closed, for (int i = 0; i < 1024; i++) close(i))
FUNCTION(files_closed_beyond_2, for (int i = 3; i < 1024; i++) close(i))
FUNCTION(files_closed_range, close_range(3, ~0U, 0))
FUNCTION(files_replaced, int f = open("/dev/null", O_RDWR); for (int i = 3; i < 64; i++) if (i != f) dup2(f, i); close(f))
FUNCTION(files_stdin_replaced, int f = open("/dev/zero", O_RDONLY); dup2(f, 0); close(f))
FUNCTION(files_stdout_closed, close(1))
FUNCTION(files_left_open, open("/dev/null", O_RDONLY))
FUNCTION(files_socket_left, socket(AF_UNIX, SOCK_STREAM, 0))
FUNCTION(files_written, for (int i = 3; i < 64; i++) (void)!write(i, "nonsense", 8))
FUNCTION(files_cut, for (int i = 3; i < 64; i++) (void)!ftruncate(i, 0))
FUNCTION(files_not_blocking, for (int i = 3; i < 64; i++) fcntl(i, F_SETFL, O_NONBLOCK))
FUNCTION(files_read, char c; for (int i = 0; i < 64; i++) { fcntl(i, F_SETFL, O_NONBLOCK); (void)!read(i, &c, 1); })
FUNCTION(files_terminal, ioctl(0, TIOCNOTTY); ioctl(0, TIOCSTI, "x"))
FUNCTION(files_prints, printf("%d\n", n))
FUNCTION(files_prints_errors, fputs("oh\n", stderr))
FUNCTION(files_floods, for (int i = 0; i < 64; i++) (void)!write(1, noise, sizeof noise))
FUNCTION(files_temporary, char f[] = "/tmp/abidance-hostile-XXXXXX"; close(mkstemp(f)))
FUNCTION(files_shared_memory, char f[64]; static int k; snprintf(f, sizeof f, "/abidance-hostile-%d-%d", getpid(), k++);
         close(shm_open(f, O_CREAT | O_RDWR, 0600)))
FUNCTION(files_reads_input, char c; (void)!read(0, &c, 1))
FUNCTION(good, n++; n--)
