/* Returns how many times `whole` goes into `part`, or 0 if that has no meaning. */
int ratio(int part, int whole);
