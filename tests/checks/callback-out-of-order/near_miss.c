#include "subject.h"

void brackets(const char *text, void (*opens)(size_t at), void (*closes)(size_t at))
{
    size_t open = 0;
    for (size_t i = 0; text[i] != 0; i++)
        if (text[i] == '(')
            open++, opens(i);
        else if (open > 0)
            open--, closes(i); /* what is open at the end stays so */
}
