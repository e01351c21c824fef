/* Complex numbers: handles of which some calls may be given one for two of their parameters. */
#ifndef SAME_HANDLES_H
#define SAME_HANDLES_H

typedef struct sh_number sh_number;
sh_number *sh_new(int re, int im);
void sh_free(sh_number *number);
int sh_re(const sh_number *number);
int sh_im(const sh_number *number);
void sh_times(sh_number *to, const sh_number *one, const sh_number *other); /* all three may be the same */
void sh_turn(sh_number *to, const sh_number *from);                         /* `to` and `from` may be the same */
void sh_take(sh_number *to, const sh_number *from);                         /* they may not */

typedef struct sh_pair { /* the caller's memory */
    int first, second;
} sh_pair;
void sh_pair_set(sh_pair *pair, int first, int second);
void sh_pair_end(sh_pair *pair);
int sh_pair_first(const sh_pair *pair);
int sh_pair_second(const sh_pair *pair);
void sh_pair_swap(sh_pair *to, const sh_pair *from); /* may be the same */

#endif
