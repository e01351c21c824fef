extern int const level;
