/* What an order costs: others may write to it at any time. */
typedef struct order { unsigned kind, count; } order;
unsigned price(const order *order);
