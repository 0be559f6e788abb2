"""How much one network may send: counted as the library counts, whatever the order and the time between."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from tertulia.web.limits import Memory

MOST = 3
hits = st.lists(st.tuples(st.floats(0, 200), st.sampled_from(["a", "b"])), max_size=40)


@given(hits)
def test_memory_lets_through_what_the_library_s_lets_through(asked):
    limit = RateLimitItemPerMinute(MOST)
    now = [1_700_000_000.0]
    ours, theirs = (SlidingWindowCounterRateLimiter(each) for each in (Memory(), MemoryStorage()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: now[0])
        for pause, network in asked:
            now[0] += pause
            let_through = [counter.hit(limit, network) for counter in (ours, theirs)]
            assert let_through[0] is let_through[1]
            assert ours.get_window_stats(limit, network) == theirs.get_window_stats(limit, network)
