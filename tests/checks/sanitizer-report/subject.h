/* Returns what two accounts have together; it starts again below when that is too much. */
int total(int one, int other);
