/* Returns how long the number is when it is written down. */
int width(int number);
