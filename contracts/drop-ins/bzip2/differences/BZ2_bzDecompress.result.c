/* Both tell that the data is corrupt: the one at once, the other when it has written what came before. */
#include <bzlib.h>
#include <stdio.h>

int main(void)
{
    static char packed[] = "BZh91AY&SY\301\300\200\342\000\000\000A\000\r\216\002D\240\000A{\000\303\027rE8"
                           "\201\2708\315]\355\207DP\220";
    char room[7];
    bz_stream strm = {0};
    int result;

    BZ2_bzDecompressInit(&strm, 0, 0);
    strm.next_in = packed;
    strm.avail_in = sizeof packed - 1;
    strm.next_out = room;
    strm.avail_out = sizeof room;
    result = BZ2_bzDecompress(&strm);
    printf("BZ2_bzDecompress returned %d\n", result);
    while (result == BZ_OK) {
        strm.next_out = room;
        strm.avail_out = sizeof room;
        result = BZ2_bzDecompress(&strm);
    }
    BZ2_bzDecompressEnd(&strm);
    return result != BZ_DATA_ERROR;
}
