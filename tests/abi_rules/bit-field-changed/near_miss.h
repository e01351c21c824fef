struct bits { unsigned int a : 3, b : 5; };
int use(struct bits *b);
