/* Asks how long a text of less than 4 GiB can become. */
#include <snappy-c.h>
#include <stdio.h>

int main(void)
{
    size_t longest = snappy_max_compressed_length(3681400512);
    printf("snappy_max_compressed_length(3681400512) returned %zu\n", longest);
    return longest < 3681400512;
}
