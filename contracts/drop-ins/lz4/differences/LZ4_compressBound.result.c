/* Asks how long a text of less than LZ4_MAX_INPUT_SIZE bytes can become. */
#include <lz4.h>
#include <stdio.h>

int main(void)
{
    int longest = LZ4_compressBound(1952257844);
    printf("LZ4_compressBound(1952257844) returned %d, LZ4_MAX_INPUT_SIZE is %d\n", longest, LZ4_MAX_INPUT_SIZE);
    return longest == 0;
}
