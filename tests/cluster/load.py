"""What a gateway is there for, all at once: chat and presence, both ways, each with its oracle."""

import asyncio

from presence import Presence
from traffic import Traffic

MESSAGES_PER_CHANGE = 20


class Load:
    """The interface of Traffic, to be run under any fault."""

    def __init__(self, place, pairs=12, interval=0.05):
        self.chat, self.presence = Traffic(place, pairs, interval), Presence(place, pairs)

    def start(self):
        self.chat.start()
        self.presence.start()
        return self

    async def count(self, messages):
        """Until so many more messages were sent, and states changed in proportion; not before all see each other."""
        await self.presence.begun()
        await asyncio.gather(self.chat.count(messages), self.presence.count(messages // MESSAGES_PER_CHANGE))

    async def stop(self, **words):
        await asyncio.gather(self.chat.stop(), self.presence.stop(**words))

    def check(self, test, lossless=False, deaths=False, smooth=None, store_lost=False):
        """`lossless` is said of chat, `smooth` of presence; of both, where it is not said."""
        self.chat.check(test, lossless=lossless, deaths=deaths)
        self.presence.check(test, lossless=lossless if smooth is None else smooth, deaths=deaths, store_lost=store_lost)
