/* Returns what is left of `all`, or -1 with the reason in `errno`. */
int left(int all, int taken);
