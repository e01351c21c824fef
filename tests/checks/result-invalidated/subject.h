/* Returns the name of a level, which stays valid. */
const char *level_name(int level);
