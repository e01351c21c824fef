/* Notes how full it is, from 0 to 100, and empties it when it is full. Returns how full that leaves it. */
int fill(int percent);
