struct handle;
int use(struct handle *handle);
