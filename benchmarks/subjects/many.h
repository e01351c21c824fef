#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct point {
    int32_t x;
    int32_t y;
} point;

typedef enum status { STATUS_OK, STATUS_FULL } status;
@@

int32_t clamp_@(int32_t value, int32_t low, int32_t high);
uint32_t sum_@(const uint8_t *bytes, size_t length);
bool inside_@(const point *p, int32_t width, int32_t height);
size_t words_@(const char *text);
status fill_@(uint8_t value, uint8_t *out, size_t capacity, size_t *length);
