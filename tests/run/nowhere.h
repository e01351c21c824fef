/* Functions that return a pointer which leads nowhere, such as `(void *)-1`, and macros that are fractions. */
#ifndef NOWHERE_H
#define NOWHERE_H

#include <stddef.h>

#define NW_FAILED ((void *)-1)
#define NW_LEAST 1e-9
#define NW_RATIO (3 * 0.25)

typedef struct nw_desc *nw_t;
#define NW_NONE ((nw_t)-1)

void *nw_map(size_t n); /* NW_FAILED where n is 0, or above 4096 */
int nw_unmap(void *memory, size_t n);
nw_t nw_open(const char *name); /* NW_NONE for "" */
int nw_close(nw_t it);
int nw_first(nw_t it);
int nw_near(double one, double other); /* by less than NW_LEAST */
double nw_part(double whole);          /* NW_RATIO of it */

#endif
