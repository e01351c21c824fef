char *a(void) __attribute__((returns_nonnull));
