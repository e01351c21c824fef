#include <stddef.h>

/* Fills `out` with blanks, and ends them with a NUL. */
void blank(char *out, size_t room);
