#include "subject.h"

void words(const char *text, size_t length, piece *word, void *context)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] == ' ') {
            word(from, i - from, context);
            from = i + 1;
        }
    word(from, length - from, context); /* one behind the end is the last that it can be from, with nothing there */
}
