/* Writes the number that a text of digits stands for; returns -1 if it is none. */
int number_of(const char *text, int *number);
