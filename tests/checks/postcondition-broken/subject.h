/* Returns the number halfway between two. */
unsigned halfway(unsigned one, unsigned other);
