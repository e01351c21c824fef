struct point { int x; int latitude; };
int length(const struct point *p);
