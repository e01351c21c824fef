enum color { RED, GREEN, BLUE, NONE = -1 };
int paint(enum color color);
