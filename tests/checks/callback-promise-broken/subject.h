#include <stddef.h>

typedef void piece(size_t start, size_t size, void *context);

/* Tells of the words of a text, and where they are. */
void words(const char *text, size_t length, piece *word, void *context);
