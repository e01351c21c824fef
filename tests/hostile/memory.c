/* What is done to memory that is not the library's. */
#include "hostile.h"

static void each_mapping(int (*visit)(char *, size_t, const char *)) {
    static char text[1 << 20];
    int file = open("/proc/self/maps", O_RDONLY);
    size_t length = 0;
    for (ssize_t got; (got = read(file, text + length, sizeof text - 1 - length)) > 0;)
        length += (size_t)got;
    close(file);
    text[length] = 0;
    for (char *line = text, *end; *line && (end = strchr(line, '\n')); line = end + 1) {
        unsigned long low, high;
        *end = 0;
        if (sscanf(line, "%lx-%lx", &low, &high) == 2 && visit((char *)low, high - low, line))
            return;
    }
}
static int is_its_own(const char *line) { return strstr(line, "hostile") || strstr(line, "libc") || strstr(line, "stack"); }
static int unmap(char *at, size_t size, const char *line) { return !is_its_own(line) && munmap(at, size) == 77; }
static int protect(char *at, size_t size, const char *line) { return !is_its_own(line) && mprotect(at, size, PROT_READ) == 77; }
static int scribble(char *at, size_t size, const char *line) {
    if (strstr(line, "rw-") && !is_its_own(line))
        memset(at, 0x41, size < 4096 ? size : 4096);
    return 0;
}
static int find_mailbox(char *at, size_t size, const char *line) {
    if (strstr(line, "memfd:") && strstr(line, "rw-s"))
        memset(at, 0, size < 65536 ? size : 65536);
    return 0;
}

FUNCTION(memory_all_unmapped, each_mapping(unmap))
FUNCTION(memory_all_protected, each_mapping(protect))
FUNCTION(memory_scribbled, each_mapping(scribble))
FUNCTION(memory_mailbox_zeroed, each_mapping(find_mailbox))
FUNCTION(memory_locked, mlockall(MCL_CURRENT | MCL_FUTURE))
FUNCTION(memory_mapped_and_left, mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
FUNCTION(memory_leaked, void *volatile p = malloc(64); p = 0)
FUNCTION(memory_written_behind, char *volatile p = malloc(24); p[24] = 1; free(p))
FUNCTION(memory_trimmed, void *volatile top = sbrk(-4096))
FUNCTION(memory_taken, for (int i = 0; i < 64; i++) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); free(p); })
FUNCTION(good, n++; n--)
