typedef struct value { int a; float b; } value;
int use(value *v);
