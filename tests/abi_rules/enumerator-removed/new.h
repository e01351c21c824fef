enum color { RED, GREEN };
int paint(enum color color);
