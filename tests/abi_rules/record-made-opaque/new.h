struct handle;
int use(struct handle *h);
