struct block { char data[16]; } __attribute__((aligned(1)));
int use(struct block *b);
