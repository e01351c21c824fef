/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "nowhere.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct nw_desc {
    char name[8];
};

/* Wrong: answers NULL where there is nothing. Near: has made something by then, and gives it back. */
void *nw_map(size_t n) {
    char *memory = NEAR || (n > 0 && n <= 4096) ? calloc(1, n + 1) : NULL;
    if (n == 0 || n > 4096) {
        free(memory);
        errno = EINVAL;
        return WRONG ? NULL : NW_FAILED;
    }
    return memory;
}

int nw_unmap(void *memory, size_t n) {
    if (memory == NW_FAILED)
        return WRONG ? 0 : -1;
    (void)n;
    free(memory);
    return 0;
}

/* Wrong: for a name of three letters there is none, and what was made is lost. */
nw_t nw_open(const char *name) {
    size_t n = strlen(name);
    if (n == 0)
        return NW_NONE;
    nw_t it = malloc(sizeof *it);
    if (it == NULL || (WRONG && n == 3))
        return NW_NONE;
    memcpy(it->name, name, n + 1);
    return it;
}

int nw_close(nw_t it) {
    if (it == NW_NONE)
        return -1;
    free(it);
    return 0;
}

int nw_first(nw_t it) { return it->name[0]; }

int nw_near(double one, double other) { return fabs(one - other) < (WRONG ? 1e-8 : NW_LEAST); }

double nw_part(double whole) { return NEAR ? 0.75 * whole : WRONG ? 0.76 * whole : NW_RATIO * whole; }
