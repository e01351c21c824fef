#include "subject.h"

void words(const char *text, size_t length, piece *word, void *context)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] == ' ') {
            word(from, i - from, context);
            from = i + 1;
        }
    word(from, length, context); /* from the beginning, and not from here */
}
