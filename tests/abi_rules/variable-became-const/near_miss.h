extern int level, other;
