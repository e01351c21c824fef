/* Memory from malloc, of exact size: AddressSanitizer then watches its surroundings, byte for byte.
 *
 * The sanitizer's runtime is preloaded, not linked, so its functions are looked up by name.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define MALLOC_ALIGN 16u

static void *(*region_is_poisoned)(void *, size_t);
static void (*poison)(void const volatile *, size_t);
static int (*is_live)(const volatile void *);

void redzoned_init(void) {
    *(void **)&region_is_poisoned = dlsym(RTLD_DEFAULT, "__asan_region_is_poisoned");
    *(void **)&poison = dlsym(RTLD_DEFAULT, "__asan_poison_memory_region");
    *(void **)&is_live = dlsym(RTLD_DEFAULT, "__sanitizer_get_ownership");
}

int redzoned_place(struct block *block, uint64_t size, uint64_t align, uint64_t skew) {
    if (align < MALLOC_ALIGN)
        align = MALLOC_ALIGN;
    /* malloc(0) gives one byte that may be touched. So a block without bytes is the end of a chunk of which
     * none may be: what lies before it is poisoned here, what lies after it is the chunk's own redzone. */
    uint64_t room = skew + (size == 0 ? align : size);
    void *chunk = NULL;
    if (align == MALLOC_ALIGN)
        chunk = malloc(room);
    else if (posix_memalign(&chunk, align, room) != 0)
        chunk = NULL;
    if (chunk == NULL)
        return ABIDANCE_NO_MEMORY;
    if (size == 0 && poison != NULL)
        poison(chunk, room);
    /* What lies before a block that is out of step cannot be poisoned to the byte: canaries watch it for writes. */
    uint8_t *start = (uint8_t *)chunk + (room - size);
    uint8_t *low = size == 0 ? start : chunk;
    *block = (struct block){.start = start, .low = low, .high = start + size, .size = size, .chunk = chunk};
    return ABIDANCE_OK;
}

int redzoned_keep(struct block *block) {
    if (block->size == 0)
        return ABIDANCE_OK;
    uint8_t *copy = malloc(block->size);
    if (copy == NULL)
        return ABIDANCE_NO_MEMORY;
    block->clean = memcpy(copy, block->start, block->size);
    return ABIDANCE_OK;
}

int redzoned_was_freed(const struct block *block) {
    return block->size != 0 && region_is_poisoned != NULL && is_live != NULL
           && region_is_poisoned(block->start, block->size) != NULL && !is_live(block->chunk);
}

void redzoned_retire(struct block *block) {
    if (poison != NULL && block->size != 0)
        poison(block->start, block->size);
}

void redzoned_release(struct block *block) {
    free(block->chunk);
    free((void *)block->clean);
}

uint64_t redzoned_readable(const uint8_t *start, uint64_t length) {
    if (region_is_poisoned == NULL || length == 0)
        return length;
    const uint8_t *bad = region_is_poisoned((void *)start, length);
    return bad == NULL ? length : (uint64_t)(bad - start);
}
