/* Sets the level: what is returned is no error. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t told = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 5);
    ZSTD_freeCCtx(context);
    printf("ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 5) returned %zu\n", told);
    return ZSTD_isError(told) != 0;
}
