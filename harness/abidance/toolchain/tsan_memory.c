/* LLVM 15 and newer (rustc 1.66) call these for instrumented copies; gcc's libtsan knows them from gcc 13 on.
 * Preloaded behind an older libtsan, the calls below reach its interceptors, which record the accesses. */
#include <string.h>

void *__tsan_memcpy(void *to, const void *from, size_t size) { return memcpy(to, from, size); }
void *__tsan_memmove(void *to, const void *from, size_t size) { return memmove(to, from, size); }
void *__tsan_memset(void *to, int byte, size_t size) { return memset(to, byte, size); }
