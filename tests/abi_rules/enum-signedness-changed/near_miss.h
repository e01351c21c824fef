enum color { RED, GREEN, BLUE, PINK };
int paint(enum color color);
