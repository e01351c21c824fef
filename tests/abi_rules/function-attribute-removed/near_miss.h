char *a(void) __attribute__((__returns_nonnull__));
