/* Decompresses a block with a literal/length code that does not exist into four bytes, behind which no memory is. */
#define _GNU_SOURCE
#include <build/vendor/miniz-sys/miniz.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void touched(int number)
{
    (void)number;
    static const char text[] = "mz_uncompress wrote past its room\n";
    _exit(write(1, text, sizeof text - 1) < 0 ? 2 : 1);
}

int main(void)
{
    const unsigned char stream[] = {0x78, 0x9c, 0xcb, 0x61, 0x18, 0x7b};
    unsigned char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page + 4096, 4096, PROT_NONE);
    mz_ulong length = 4;
    signal(SIGSEGV, touched);
    int result = mz_uncompress(page + 4092, &length, stream, sizeof stream);
    printf("mz_uncompress returned %d\n", result);
    return result != MZ_DATA_ERROR;
}
