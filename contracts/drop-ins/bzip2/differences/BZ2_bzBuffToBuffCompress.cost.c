/* Compresses 4,096 bytes for the third time, and counts the pages of memory that this touches anew. */
#include <bzlib.h>
#include <stdio.h>
#include <sys/resource.h>

int main(void)
{
    static char text[4096], made[9216];
    for (int i = 0; i < 4096; i++)
        text[i] = "do on at about we it you and so "[i % 32];
    struct rusage before, after;
    for (int call = 0; call < 3; call++) {
        unsigned size = sizeof made;
        getrusage(RUSAGE_SELF, &before);
        if (BZ2_bzBuffToBuffCompress(made, &size, text, sizeof text, 9, 0, 0) != BZ_OK)
            return 1;
        getrusage(RUSAGE_SELF, &after);
    }
    printf("BZ2_bzBuffToBuffCompress took %ld page faults for 4,096 bytes\n", after.ru_minflt - before.ru_minflt);
    return 0;
}
