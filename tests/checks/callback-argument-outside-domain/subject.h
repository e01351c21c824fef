#include <stddef.h>

typedef void piece(const unsigned char *part, size_t size, void *context);

/* Hands the caller's bytes back in pieces of up to four. */
void split(const unsigned char *bytes, size_t count, piece *take, void *context);
