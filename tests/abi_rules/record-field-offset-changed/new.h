struct point { int y; int x; };
int length(const struct point *p);
