struct block { char data[16]; } __attribute__((aligned(16)));
int use(struct block *b);
