/* Returns a third, rounded up. */
double third_up(double number);
