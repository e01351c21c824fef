/* Returns whether a file for the mode can be made. */
int allowed(int mode);
