typedef struct gate gate;

gate *gate_new(void);
void gate_free(gate *g);

/* Lets one more in, and returns whether it is one of the first hundred. */
int gate_pass(gate *g);
