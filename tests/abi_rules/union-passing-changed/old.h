typedef union { int *i; void *p; } any;
int use(any a);
