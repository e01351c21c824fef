/* Asks for a checksum at the end of each frame. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t told = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_freeCCtx(context);
    printf("ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1) returned %zd\n", told);
    return ZSTD_isError(told) != 0;
}
