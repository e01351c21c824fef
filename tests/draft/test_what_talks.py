"""What writes to a socket, or waits for one, is never called: the other end is somebody's."""

from __future__ import annotations

HEADER = """\
typedef struct nl nl;
nl *nl_new(void);
void nl_free(nl *n);
/** Sends a number. */
int nl_tell(nl *n, int number);
/** Waits for a number. */
int nl_hear(nl *n);
int nl_size(nl *n);
"""


def test_what_sends_and_what_waits_is_not_called(drafted, library):
    calls = library.calling(
        nl_new=["socket"],
        nl_free=["send", "free"],
        nl_tell=["sendto"],
        nl_hear=["recvmsg"],
        nl_size=["memcpy"],
    )
    made = drafted(HEADER, calls=calls)

    assert made.why_not("nl_tell") == "its code leads to `sendto`"
    assert made.why_not("nl_hear") == "its code leads to `recvmsg`"
    assert {"nl_new", "nl_free", "nl_size"} <= set(made.called)


def test_where_the_code_says_nothing_of_it_they_are_called(drafted):
    assert {"nl_tell", "nl_hear"} <= set(drafted(HEADER).called)
