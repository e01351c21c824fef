struct point {
  int x, y;
};
int length(struct point const *p);
