/* Asks for the name of a code that no function has returned: the header has none to hold the texts to. */
#include <lz4frame.h>
#include <stdio.h>

int main(void)
{
    const char *name = LZ4F_getErrorName((size_t)-2);
    printf("LZ4F_getErrorName((size_t)-2) returned \"%s\"\n", name);
    return name == NULL;
}
