#include "subject.h"

int lowest(unsigned n)
{
#if defined(__x86_64__)
    int bit = 0;
    __asm__("bsfl %1, %%ebx\n\tcmovz %2, %%ebx\n\tleal 1(%%rbx), %0" : "=r"(bit) : "r"(n), "r"(-1) : "cc", "rbx");
    return bit;
#else
    return __builtin_ffs((int)n);
#endif
}
