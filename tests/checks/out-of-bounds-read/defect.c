#include "subject.h"

unsigned sum(const unsigned char *bytes, size_t size)
{
    unsigned all = 0;
    for (size_t i = 0; i <= size; i++)
        all += bytes[i];
    return all;
}
