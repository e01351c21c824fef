enum color { RED, GREEN, BLUE, LARGE = 0x7fffffff };
int paint(enum color color);
