"""What happened to a user, in order, until somebody takes it."""

import asyncio


class NothingCame(AssertionError):
    """What was waited for did not come in time; the text says what came instead."""


class Mailbox:
    def __init__(self):
        self._items = []
        self._changed = asyncio.Event()

    def put(self, item):
        self._items.append(item)
        self._changed.set()

    async def take(self, wanted, seconds=20, what="something"):
        """The oldest item for which `wanted(item)` holds; it is removed, the others stay."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            for index, item in enumerate(self._items):
                if wanted(item):
                    return self._items.pop(index)
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - asyncio.get_running_loop().time())
            except asyncio.TimeoutError:
                came = "".join(f"\n  {item!r}"[:300] for item in self._items[-10:]) or " nothing"
                raise NothingCame(f"{what} did not come in {seconds} s; waiting there:{came}") from None

    def drain(self, wanted=lambda item: True):
        """All items for which `wanted` holds, at once."""
        taken = [item for item in self._items if wanted(item)]
        self._items = [item for item in self._items if not wanted(item)]
        return taken
