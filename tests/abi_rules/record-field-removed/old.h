struct point { int x; int y; int z; };
int length(const struct point *p);
