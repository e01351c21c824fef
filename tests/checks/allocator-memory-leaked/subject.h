#include <stddef.h>

typedef void *get(size_t size);
typedef void give_back(void *memory);

/* Returns the middle one of `count` numbers, or -1 without memory. */
int middle(const unsigned char *numbers, size_t count, get *alloc, give_back *release);
