#include "defect.h"

#include <stdint.h>

/* Is not exported any more. */
#if DEFECTIVE
int b01_version(void) { return 1; }
#else
EXPORT int b01_version(void) { return 1; }
#endif

/* Has a neighbour that no header declares. */
EXPORT int b02_count(int value) { return value & 7; }
#if DEFECTIVE
EXPORT int b02_count_cached(int value) { return value & 7; }
#endif

/* Has parameters of another type than its header's. */
#if DEFECTIVE
EXPORT int b03_area(int64_t width, int64_t height) { return (int)(width * height); }
#else
EXPORT int b03_area(int width, int height) { return (int)((unsigned)width * (unsigned)height); }
#endif

/* Is in a library that asks for a stack with code on it. */
EXPORT int b05_sum(int value) { return value; }
