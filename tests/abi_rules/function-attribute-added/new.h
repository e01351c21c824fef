int a(char *p) __attribute__((nonnull(1)));
