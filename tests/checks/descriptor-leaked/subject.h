/* Returns a random number below 256, or -1 if there should be none for the kind. */
int random_byte(int kind);
