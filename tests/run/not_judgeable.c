#define _GNU_SOURCE
#include "not_judgeable.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int db_div(int a, int b) { return b == 0 || (a < -1000000000 && b == -1) ? 0 : a / b; }
int db_sum(const uint8_t *p, size_t n) { int sum = 0; for (size_t i = 0; i < n; i++) sum += p[i]; return sum; }
int db_wrong(int x) { return x == 42 ? 41 : x; }
int db_slow(int milliseconds) { usleep((useconds_t)milliseconds * 1000); return 0; }
/* Late the first time only, as sound code is on a machine that is busy for a moment. */
int db_hang_once(const char *file) {
    int made = open(file, O_CREAT | O_EXCL, 0600);
    if (made >= 0)
        sleep(3);
    return 0;
}
db_thing *db_null_new(int size) { (void)size; return NULL; }
int db_failing_new(db_thing **out) { *out = NULL; return -5; }
void db_free(db_thing *t) { free(t); }
int db_use(db_thing *t, int x) { (void)t; return x; }
int db_two(const uint8_t *a, const uint8_t *b, size_t n) { int d = 0; for (size_t i = 0; i < n; i++) d += a[i] ^ b[i]; return d; }
uint8_t db_byte(uint8_t x) { return x; }
