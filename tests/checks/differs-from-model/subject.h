/* Returns how many bits of a number are set. */
int bits(unsigned short number);
