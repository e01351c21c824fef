/* Returns how many pages a text of that size takes. */
int pages(int size);
