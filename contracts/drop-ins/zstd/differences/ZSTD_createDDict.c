/* Makes a dictionary of content alone. */
#include <stdio.h>
#include <zstd.h>

int main(void)
{
    const char words[] = "words that are no dictionary but content alone";
    ZSTD_DDict *dictionary = ZSTD_createDDict(words, sizeof words);
    printf("ZSTD_createDDict(words, sizeof words) returned %s\n", dictionary ? "a dictionary" : "NULL");
    int missing = dictionary == NULL;
    ZSTD_freeDDict(dictionary);
    return missing;
}
