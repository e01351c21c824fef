enum color { RED };
int paint(enum color color);
