typedef union { int a; float b; } value;
int use(value *v);
