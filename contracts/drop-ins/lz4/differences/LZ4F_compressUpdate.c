/* Compresses a text as a stream: what is written when differs, and the text comes back from each. */
#include <lz4frame.h>
#include <stdio.h>
#include <string.h>

static void show(const char *function, const unsigned char *bytes, size_t size)
{
    printf("%s wrote %zu bytes:", function, size);
    for (size_t i = 0; i < size; i++)
        printf(" %02x", bytes[i]);
    puts("");
}

static int comes_back(const unsigned char *frame, size_t size, const char *text, size_t length)
{
    char again[200];
    size_t room = sizeof again;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, again, &room, frame, &size, NULL);
    LZ4F_freeDecompressionContext(context);
    return left == 0 && room == length && memcmp(again, text, length) == 0;
}

int main(void)
{
    const char text[] = "hello hello hello, how do you do, how do you do";
    unsigned char frame[400];
    LZ4F_cctx *context;
    LZ4F_createCompressionContext(&context, LZ4F_VERSION);
    size_t size = LZ4F_compressBegin(context, frame, 100, NULL);
    size_t more = LZ4F_compressUpdate(context, frame + size, 100, text, sizeof text, NULL);
    show("LZ4F_compressUpdate", frame + size, more);
    size += more;
    more = LZ4F_flush(context, frame + size, 100, NULL);
    size += more;
    more = LZ4F_compressEnd(context, frame + size, 100, NULL);
    size += more;
    LZ4F_freeCompressionContext(context);
    return !comes_back(frame, size, text, sizeof text);
}
