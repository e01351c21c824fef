/* One function, two libraries: SLOW spends most of its time in `churn`, the other one has no such function. */
#include "subject.h"

__attribute__((noinline)) static uint32_t mix(uint32_t sum, uint8_t byte)
{
    for (int i = 0; i < 20; i++) {
        sum = (sum ^ byte) * 16777619u;
        __asm__ volatile("" : "+r"(sum));
    }
    return sum;
}

#if SLOW
__attribute__((noinline)) static uint32_t churn(uint32_t sum)
{
    for (int i = 0; i < 400; i++)
        __asm__ volatile("" : "+r"(sum));
    return sum;
}
#endif

uint32_t pf_sum(const uint8_t *data, size_t length)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < length; i++) {
        sum = mix(sum, data[i]);
#if SLOW
        sum = churn(sum);
#endif
    }
    return sum;
}

uint32_t pf_each(uint32_t count, uint32_t (*seen)(uint32_t number, void *context), void *context)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum = mix(sum + seen(i, context), 1);
    return sum;
}
