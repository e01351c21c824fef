struct point { int x; int y; };
int length(const struct point *p);
