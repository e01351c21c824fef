#include "subject.h"

void brackets(const char *text, void (*opens)(size_t at), void (*closes)(size_t at))
{
    for (size_t i = 0; text[i] != 0; i++)
        if (text[i] == '(')
            opens(i);
        else
            closes(i); /* whether one is open, or not */
}
