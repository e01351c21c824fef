/* What only sanitizers see. */
#include "subject.h"
int past_the_end(const uint8_t *d, size_t n) { return n > 2 && d[0] == 'a' && d[1] == 'b' ? d[n] : 0; }
int at_the_end(const uint8_t *d, size_t n) { return n > 2 && d[0] == 'a' && d[1] == 'b' ? d[n - 1] : 0; }
int overflow(const uint8_t *d, size_t n) { int x = 0x7fffffff; return n > 2 && d[0] == 'a' && d[1] == 'b' ? x + (d[2] | 1) : 0; }
