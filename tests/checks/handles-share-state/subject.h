typedef struct bag bag;

bag *bag_new(void);
void bag_free(bag *bag);

/* Puts a coin into the bag, and returns how many there are. */
unsigned bag_add(bag *bag);
