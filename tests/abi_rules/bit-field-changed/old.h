struct bits { unsigned a : 3; unsigned b : 5; };
int use(struct bits *b);
