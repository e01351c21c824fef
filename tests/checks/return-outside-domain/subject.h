enum { DONE, FULL };

/* Returns DONE, or FULL where there is no room for so many. */
int reserve(int count);
