/* Turns a text around; returns -1 where there is no memory for it. */
int reversed(char *text);
