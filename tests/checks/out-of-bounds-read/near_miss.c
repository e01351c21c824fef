#include "subject.h"

unsigned sum(const unsigned char *bytes, size_t size)
{
    unsigned all = 0;
    const unsigned char *end = bytes + size; /* is not looked at */
    while (bytes != end)
        all += *bytes++;
    return all;
}
