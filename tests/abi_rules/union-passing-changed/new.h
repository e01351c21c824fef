typedef union { int *i; void *p; } any __attribute__((transparent_union));
int use(any a);
