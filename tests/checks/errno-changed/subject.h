/* Returns whether a path leads to something; callers log with it why something else has failed. */
int exists(const char *path);
