/* Returns the level, or -1 if there is none of that number. */
int open_level(int level);
