/* Each library has a version of its own, whose first character is that of the header's. */
#include <stdio.h>
#include <zlib.h>

int main(void)
{
    printf("zlibVersion() returned \"%s\"\n", zlibVersion());
    return zlibVersion()[0] != ZLIB_VERSION[0];
}
