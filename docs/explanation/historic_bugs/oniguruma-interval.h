/** A search by Oniguruma with POSIX's basic expressions, over UTF-8. */
#include <stddef.h>

/** Where the pattern is first met in the text, -1 for nowhere, or -2 for a pattern that is none. */
int pattern_finds(const unsigned char *pattern, size_t pattern_length, const unsigned char *text, size_t text_length);
