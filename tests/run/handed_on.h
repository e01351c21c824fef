/* Numbers that a pot gives out, each library those that it likes, and takes back. */
#ifndef HANDED_ON_H
#define HANDED_ON_H

typedef struct ho_pot ho_pot;
ho_pot *ho_pot_new(void);
void ho_pot_free(ho_pot *pot);
int ho_token(ho_pot *pot);
int ho_use(ho_pot *pot, int token); /* how much more it is than the last one */
int ho_uses(const ho_pot *pot);

#endif
