typedef struct point_s { int x; } point;
int use(point *p);
