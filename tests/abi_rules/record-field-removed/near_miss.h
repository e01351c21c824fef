struct point { int x; union { int y; float other; }; int z; };
int length(const struct point *p);
