/* Adds `count` to what was counted so far, and begins anew at a hundred. */
int count_on(int count);
