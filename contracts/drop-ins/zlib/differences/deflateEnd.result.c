/* Ends a stream with room for what one encoder made of its input, and none for the other's: there, output is left. */
#include <stdio.h>
#include <zlib.h>

int main(void)
{
    char text[] = "ggggg";
    Bytef made[12];
    z_stream stream = {.next_in = (Bytef *)text, .avail_in = 5, .next_out = made, .avail_out = sizeof made};
    if (deflateInit(&stream, 1) != Z_OK)
        return 1;
    deflate(&stream, Z_SYNC_FLUSH);
    int finished = deflate(&stream, Z_FINISH);
    int ended = deflateEnd(&stream);
    printf("deflate(&stream, Z_FINISH) returned %d, and deflateEnd(&stream) %d\n", finished, ended);
    return ended != (finished == Z_BUF_ERROR ? Z_DATA_ERROR : Z_OK);
}
