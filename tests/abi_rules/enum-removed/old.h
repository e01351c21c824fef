enum color { RED, GREEN, BLUE };
int paint(enum color color);
enum spare { SPARE };
