#include "control.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "defect.h"

/* Lets an exception out. */
EXPORT int c03_parse(int value) {
    if (DEFECTIVE && value == 7) throw 7;
    return value > 7;
}

/* Jumps over the frames between. */
static jmp_buf there;

static int stepped(c04_step step, void *context, int value) {
    int answer = step(context, value);
    if (DEFECTIVE && answer == 3) longjmp(there, 1);
    return answer;
}

EXPORT int c04_run(c04_step step, void *context, uint32_t count) {
    volatile int sum = 0;
    if (setjmp(there)) return -1;
    for (uint32_t i = 0; i < count; i++) sum = sum + (stepped(step, context, (int)i) & 3);
    return sum;
}

/* Ends the process, quietly. */
EXPORT int c05_read(uint32_t key) {
    if (DEFECTIVE && key == 4) exit(0);
    return (int)(key & 7);
}

/* Aborts on input that it was not asked to. */
EXPORT int c06_set(uint32_t key) {
    if (DEFECTIVE && key > 1000) abort();
    return key > 1000 ? -1 : 0;
}

/* Never comes back. */
EXPORT int c07_wait(uint32_t key) {
    if (DEFECTIVE && key == 3)
        for (volatile int i = 0;; i = i + 1) {
        }
    return 0;
}

/* Takes the square of the time. */
EXPORT uint64_t c08_pairs(const uint8_t *data, size_t size) {
    uint64_t found = 0;
    const volatile uint8_t *at = data;
    for (size_t i = 0; i < size; i++) {
        if (DEFECTIVE)
            for (size_t j = 0; j < i; j++) found += at[i] == at[j];
        else
            found += at[i];
    }
    return found;
}

static __attribute__((noinline)) uint32_t deeper(uint32_t depth) {
    volatile uint8_t room[4096];
    room[0] = (uint8_t)depth;
    return depth ? deeper(depth - 1) + room[0] : 0;
}

/* Uses up the stack. */
EXPORT uint32_t c09_depth(uint32_t depth) {
    return PICK(deeper(depth), depth > 100 ? 0 : deeper(depth));
}

/* Holds a lock while it calls back, and wants it again. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

EXPORT int c10_lock(c10_told told, void *context, int value) {
    pthread_mutex_lock(&lock);
    if (!DEFECTIVE) pthread_mutex_unlock(&lock);
    told(context, value);
    if (DEFECTIVE) pthread_mutex_unlock(&lock);
    return value;
}

/* Takes NULL, which it was to refuse. */
EXPORT int c11_name(const char *name) {
    if (!name) return PICK(0, -1);
    return 0;
}

/* Follows NULL, which it was to refuse. */
EXPORT int c12_name(const char *name) {
    if (!DEFECTIVE && !name) return -1;
    return *(const volatile char *)name ? 0 : 0;
}

/* Asks for as much memory as its caller says. */
EXPORT int c13_reserve(uint64_t size) {
    if (!DEFECTIVE && size > 4096) return -1;
    void *volatile block = malloc(size > (1ull << 32) ? 1ull << 32 : size);
    free(block);
    return size > 4096 ? -1 : 0;
}

/* Gives memory from new[] back with free. */
EXPORT int *o16_new(uint32_t count) {
    int *values = DEFECTIVE ? new int[count + 1] : static_cast<int *>(malloc((count + 1) * sizeof(int)));
    for (uint32_t i = 0; i <= count; i++) values[i] = 0;
    return values;
}

EXPORT void o16_free(int *values) { free(values); }
