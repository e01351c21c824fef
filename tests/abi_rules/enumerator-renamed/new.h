enum color { RED, GREEN, AZURE };
int paint(enum color color);
