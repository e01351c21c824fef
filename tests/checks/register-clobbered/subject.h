/* Returns the lowest bit of `n` that is set, from 1 on, or 0. */
int lowest(unsigned n);
