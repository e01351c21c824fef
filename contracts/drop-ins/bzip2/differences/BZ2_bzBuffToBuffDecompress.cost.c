/* Decompresses 43 bytes to 4,096 for the third time, and counts the pages of memory that this touches anew. */
#include <bzlib.h>
#include <stdio.h>
#include <sys/resource.h>

int main(void)
{
    char zeros[] = "BZh91AY&SY\210\0008\343\000\000\010@\000\300\004\000\010 \0000\314\005SjAG\017\027rE8P\220\210\0008\343";
    static char made[4096];
    struct rusage before, after;
    for (int call = 0; call < 3; call++) {
        unsigned size = sizeof made;
        getrusage(RUSAGE_SELF, &before);
        if (BZ2_bzBuffToBuffDecompress(made, &size, zeros, 43, 0, 0) != BZ_OK)
            return 1;
        getrusage(RUSAGE_SELF, &after);
    }
    printf("BZ2_bzBuffToBuffDecompress took %ld page faults for 4,096 bytes\n", after.ru_minflt - before.ru_minflt);
    return 0;
}
