struct block { char data[16]; };
int use(struct block *b);
