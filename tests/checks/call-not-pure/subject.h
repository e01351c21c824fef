/* Returns a number for a level, always the same one. */
int number(int level);
