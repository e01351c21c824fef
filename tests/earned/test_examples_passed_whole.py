"""An example whose memory has no length that the library tells is no valid call, and is not cut to one."""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_an_example_that_cannot_be_passed_whole_is_no_valid_call(small):
    ended = small.run(
        """
        typedef struct ar ar;
        ar *ar_new(void);
        void ar_free(ar *a);
        int ar_width(const ar *a);
        long ar_sum(const ar *a, const int *samples, int rows);
        """,
        """
        #include <stdlib.h>
        struct ar { int width; };
        ar *ar_new(void) { ar *made = malloc(sizeof *made); if (made) made->width = 2; return made; }
        void ar_free(ar *a) { free(a); }
        int ar_width(const ar *a) { return a->width; }
        long ar_sum(const ar *a, const int *samples, int rows)
        {
            long sum = 0;
            for (int i = 0; i < rows * a->width; i++)
                sum += samples[i];
            return sum;
        }
        """,
        """
        handles: {ar: {create: ar_new, destroy: ar_free}}
        functions:
          ar_width:
          ar_sum:
            params: {samples: {in: array, length: rows * ar_width(a), range: [-9, 9]}, rows: {range: [0, 9]}}
            examples:
              - {samples: [1, 2, 3, 4], returns: 10}
              - {samples: [1, 2, 3], returns: 6}
        """,
        examples=5,
    )

    assert ended.status == 3, ended.text
    assert "this example of `ar_sum` is not a valid call" in ended.text
    assert "{samples: [1, 2, 3], returns: 6}" in ended.text
