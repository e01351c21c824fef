struct point { int x; float y; };
int length(const struct point *p);
