typedef int coordinate;
struct point { coordinate x; int y; };
int length(const struct point *p);
