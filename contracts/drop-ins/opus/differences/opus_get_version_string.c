/* Each library has a version of its own. */
#include <opus.h>
#include <stdio.h>

int main(void)
{
    printf("opus_get_version_string() returned \"%s\"\n", opus_get_version_string());
    return 0;
}
