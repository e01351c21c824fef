/* What the compilers' coverage calls, doing nothing. Libraries that are built for an engine are linked with it, so that
 * `-z defs` holds, a program that is part of their build can start, and they can be loaded without an engine. The
 * functions of an engine come first wherever there is one, for it is the program itself. */
#include <stdint.h>

void __sanitizer_cov_trace_pc(void) {}
void __sanitizer_cov_trace_pc_guard(uint32_t *guard) { (void)guard; }
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *end) { (void)start, (void)end; }
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *end) { (void)start, (void)end; }
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *end) { (void)start, (void)end; }
void __sanitizer_cov_trace_pc_indir(uintptr_t callee) { (void)callee; }
void __sanitizer_cov_trace_cmp1(uint8_t one, uint8_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp2(uint16_t one, uint16_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp4(uint32_t one, uint32_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmp8(uint64_t one, uint64_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp1(uint8_t one, uint8_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp2(uint16_t one, uint16_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp4(uint32_t one, uint32_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_const_cmp8(uint64_t one, uint64_t other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmpf(float one, float other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmpd(double one, double other) { (void)one, (void)other; }
void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases) { (void)value, (void)cases; }

/* What gcc's counters call when a library is loaded and unloaded: they are read where they are, and written nowhere. */
void __gcov_init(void *counters) { (void)counters; }
void __gcov_exit(void) {}
void __gcov_merge_add(int64_t *counters, unsigned count) { (void)counters, (void)count; }
