enum color { RED = 0, GREEN = 1, BLUE = 2 };
int paint(enum color color);
