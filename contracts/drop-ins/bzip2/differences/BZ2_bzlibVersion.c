/* Each library has a version of its own. */
#include <bzlib.h>
#include <stdio.h>

int main(void)
{
    printf("BZ2_bzlibVersion() returned \"%s\"\n", BZ2_bzlibVersion());
    return 0;
}
