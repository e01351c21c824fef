
/* The C library's allocator, which gives NULL for block number `abd_refuse`, and with `abd_onwards` for all after it. */
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
static unsigned long abd_refuse;
static int abd_onwards;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static int abd_refuses(void)
{
    if (abd_refuse == 0 || (abd_refuse > 1 && abd_refuse--))
        return 0;
    abd_refuse = (unsigned long)abd_onwards;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) { return abd_refuses() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return abd_refuses() ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size)
{
    return (block == NULL || size != 0) && abd_refuses() ? NULL : __libc_realloc(block, size);
}
void *memalign(size_t align, size_t size) { return abd_refuses() ? NULL : __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { return abd_refuses() ? NULL : __libc_memalign(align, size); }
int posix_memalign(void **to, size_t align, size_t size)
{
    void *block = abd_refuses() ? NULL : __libc_memalign(align, size);
    if (block == NULL)
        return ENOMEM;
    *to = block;
    return 0;
}
#else
static unsigned long abd_refuse;
static int abd_onwards; /* AddressSanitizer's allocator refuses nothing: the call is made with all its memory */
#endif
