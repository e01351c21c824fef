/* Does the work of level `level` in the background, and returns whether that was begun. */
int begin(int level);
