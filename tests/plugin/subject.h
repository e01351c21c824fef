#include <stddef.h>
#include <stdint.h>

int twice(int x);
int nearly_twice(int x);
int total(const uint8_t *data, size_t n);
int total_and_more(const uint8_t *data, size_t n);
int slow(int x);
int absent(int x);
