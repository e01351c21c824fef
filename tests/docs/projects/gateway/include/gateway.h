#include <stddef.h>

/** Returns the number of the route of a key, from 0 to 15. */
unsigned gw_route(const unsigned char *key, size_t length);
