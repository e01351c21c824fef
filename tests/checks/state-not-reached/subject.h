/* A door, which is opened, closed and locked; a locked one is opened no more. */
typedef struct door door;
enum { CLOSED, OPEN, LOCKED };

door *door_new(void);
void door_free(door *d);
int door_open(door *d);
int door_close(door *d);
int door_lock(door *d);
int door_look(const door *d);
