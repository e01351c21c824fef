enum color { RED, GREEN, BLUE };
int paint(enum color color);
