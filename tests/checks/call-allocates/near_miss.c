#include "subject.h"

#include <string.h>

int capitals(const char *text)
{
    char room[16];
    int found = 0;
    for (size_t left = strlen(text), part; left > 0; left -= part, text += part) {
        part = left < sizeof room ? left : sizeof room;
        memcpy(room, text, part);
        for (size_t i = 0; i < part; i++)
            found += room[i] >= 'A' && room[i] <= 'Z';
    }
    return found;
}
