#include <stdint.h>

int nothing_at_all(int value);
uint32_t some_work(uint32_t turns);

/* What somebody would write who has no abidance: the subject of no contract. */
double loop_by_hand(uint64_t calls);
double histogram_by_hand(uint32_t turns, uint32_t calls, double share);
