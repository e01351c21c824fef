struct bits { unsigned a : 4; unsigned b : 5; };
int use(struct bits *b);
