#include "values.h"

#include <string.h>

#include "defect.h"

/* Answers a bool that is neither 0 nor 1. */
EXPORT bool v01_has(uint32_t key) {
    bool answer;
    uint8_t raw = PICK((uint8_t)(key & 2), (key & 2) != 0);
    memcpy(&answer, &raw, 1);
    return *(volatile bool *)&answer;
}

/* Answers a number that is no enumerator. */
EXPORT v02_side v02_flip(v02_side side) {
    return (v02_side)PICK(4 - (int)side - 1 + ((int)side == 2 ? 2 : 0), 3 - (int)side);
}

/* Reads a number where it is not aligned. */
EXPORT uint32_t v05_read(const uint8_t *data, size_t size) {
    uint32_t value = 0;
    if (size < 5) return 0;
    if (DEFECTIVE) return *(const volatile uint32_t *)(data + 1);
    memcpy(&value, data + 1, 4);
    return value;
}

/* Answers an int of which it has set the lowest byte alone. */
#if defined(__x86_64__) && DEFECTIVE
__asm__(".globl v13_is_small\n.type v13_is_small, @function\n"
        "v13_is_small:\n mov %edi, %eax\n cmp $100, %edi\n setb %al\n ret\n"
        ".size v13_is_small, .-v13_is_small");
#else
EXPORT int v13_is_small(uint32_t value) {
    return value < 100;
}
#endif

/* Answers another number than the header has for it. */
EXPORT int v14_push(uint32_t count) {
    return count < 8 ? V14_OK : PICK(-4, V14_FULL);
}
