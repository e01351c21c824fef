/* Small numbers of either sign become small numbers, and again what they were. */
unsigned fold(int number);
int unfold(unsigned folded);
