typedef void event(void *context);

/* Does the work of a level, and tells when it is done. */
void work(int level, event *done, void *context);
