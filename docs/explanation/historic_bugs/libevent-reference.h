#include <event2/buffer.h>
#include <string.h>

/* What is in a buffer, also in one that is frozen, which is left as it is. */
static inline const unsigned char *eb_bytes(struct evbuffer *buf)
{
    static unsigned char room[1 << 16];
    struct evbuffer_iovec vec[512];
    size_t at = 0;
    int n = evbuffer_peek(buf, -1, NULL, vec, 512);
    for (int i = 0; i < n && i < 512; i++) {
        memcpy(room + at, vec[i].iov_base, vec[i].iov_len);
        at += vec[i].iov_len;
    }
    return room;
}
/* The bytes written where evbuffer_reserve_space says, and committed. */
static inline int eb_put_reserved(struct evbuffer *buf, const unsigned char *data, size_t n, size_t more, int n_vec)
{
    struct evbuffer_iovec vec[2];
    int have = evbuffer_reserve_space(buf, (ev_ssize_t)(n + more), vec, n_vec), used = 0;
    if (have < 1)
        return -1;
    for (size_t room = 0; used < have && (n > 0 || used == 0); used++, data += room, n -= room) {
        room = vec[used].iov_len < n ? vec[used].iov_len : n;
        memset(vec[used].iov_base, 0xA5, vec[used].iov_len);
        memcpy(vec[used].iov_base, data, room);
        vec[used].iov_len = room;
    }
    return n > 0 ? -2 : evbuffer_commit_space(buf, vec, used);
}
#define eb_place_new(buffer, at, position) evbuffer_ptr_set(buffer, at, position, EVBUFFER_PTR_SET)
#define eb_place_on(buffer, at, by) evbuffer_ptr_set(buffer, at, by, EVBUFFER_PTR_ADD)
