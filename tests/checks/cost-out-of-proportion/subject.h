/* Returns whether a request of that kind is let in. */
int admit(int kind);
