/* Returns how many capital letters there are; signal handlers call it. */
int capitals(const char *text);
