"""What happened to each pair lately, for the report of a difference."""

import collections
import time

KEPT = 16


class Trails:
    def __init__(self):
        self._by_pair = {}

    def note(self, pair, what):
        """`pair`: (whose list, who stands in it)."""
        events = self._by_pair.get(pair)
        if events is None:
            events = self._by_pair[pair] = collections.deque(maxlen=KEPT)
        events.append((time.time(), what))

    def of(self, pair):
        return list(self._by_pair.get(pair, ()))
