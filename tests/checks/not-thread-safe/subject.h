/* Returns the name of a number. */
const char *name(unsigned number);
