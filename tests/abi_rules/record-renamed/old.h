typedef struct { int x; } point;
int use(point *p);
