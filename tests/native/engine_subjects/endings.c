/* Ways in which a function ends its process, or does worse; each where the input begins with an `a`. */
#include "subject.h"
int raises(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') raise(d[1] % 2 ? SIGKILL : SIGTERM); return 0; }
int aborts(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') abort(); return 0; }
int exits(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') exit(0); if (n > 1 && d[0] == 'b') _exit(7); return 0; }
int hangs(const uint8_t *d, size_t n) { while (n > 1 && d[0] == 'a') ; return 0; }
int sleeps(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') pause(); return 0; }
int closes(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') for (int i = 3; i < 2000; i++) close(i); return 0; }
int fills(const uint8_t *d, size_t n)
{ for (volatile char *p; n > 1 && d[0] == 'a';) { p = malloc(1 << 24); for (int i = 0; i < 1 << 24; i += 4096) p[i] = 1; } return 0; }
int forks(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a' && fork() == 0) return 1; return 0; }
int recurses(const uint8_t *d, size_t n)
{ volatile char room[4096]; room[0] = 1; return n > 1 && d[0] == 'a' ? recurses(d, n) + room[0] : 0; }
int catches(const uint8_t *d, size_t n)
{ signal(SIGSEGV, SIG_IGN); signal(SIGABRT, exit); if (n > 1 && d[0] == 'a') abort(); return 0; }
int promises(const uint8_t *d, size_t n) { return n > 1 && d[0] == 'a' ? 1000 : n > 1 && d[0] == 'b' ? 1001 : 0; }
int both(const uint8_t *d, size_t n) { if (n > 1 && d[0] == 'a') abort(); if (n > 2 && d[0] == 'b' && d[1] == 'c') fault(); return 0; }
int leaks(const uint8_t *d, size_t n) { char *p = malloc(100000); memset(p, 1, 100000); return n && d[0] == 'x' ? p[0] : 0; }
int prints(const uint8_t *d, size_t n) { if (n > 1) write(2, d, n); return n > 1 && d[0] == 'a' ? 1000 : 0; }
/* Writes over all memory that is shared with other processes. */
int scribbles(const uint8_t *d, size_t n)
{
    if (n < 2 || d[0] != 'a')
        return n > 3 && d[0] == 'b' && d[1] == 'c' ? abort(), 1 : 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], how[8];
    unsigned long start, end;
    while (fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %7s", &start, &end, how) == 3 && !strcmp(how, "rw-s"))
            memset((void *)start, d[1], end - start);
    fclose(maps);
    return 0;
}
