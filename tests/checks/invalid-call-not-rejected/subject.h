/* Sets the level, of which there are ten, and writes what it was; returns -1, and does nothing, for others. */
int set_level(int level, int *before);
