/* Returns whether `level` was written down, which another thread does. */
int note(int level);
