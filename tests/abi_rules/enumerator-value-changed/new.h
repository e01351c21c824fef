enum color { RED, PINK, GREEN, BLUE };
int paint(enum color color);
