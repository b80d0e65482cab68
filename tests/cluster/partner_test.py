"""F-24: the partner's server is started again, in order and after a crash, while users of both sides write."""

import fault
import namespaces
from cluster import XMPP_PORT

A_WHILE = 150  # messages: below every deadline, so what waits for it is delivered
REFUSED = 100


class Partner(fault.Fault):
    async def test_f24_it_is_restarted(self):
        await self.begin()
        await self.partner.leave()
        await self.traffic.chat.count(A_WHILE)
        await self._return()
        await self.end()

    async def test_f24_it_crashes(self):
        """It has kept what nobody had acknowledged; so has the gateway."""
        await self.begin()
        self.partner.crash()
        await self.traffic.chat.count(A_WHILE)
        await self._return()
        await self.end(deaths=True)

    async def test_f24_it_crashes_again_and_again(self):
        await self.begin()
        for _ in range(5):
            self.partner.crash()
            await self._return()
            await self.traffic.count(200)
        await self.end(deaths=True)

    async def test_f24_it_is_away_for_longer_than_anybody_waits(self):
        """Its users' contacts are told, each by a reason; and afterwards all is as before."""
        await self.begin()
        await self.partner.leave()
        await self.until(lambda: len(self._refusals()) >= REFUSED, "nobody is told")
        await self._return()
        await self.end()
        for refusal in set(self._refusals()):
            self.assertRegex(refusal, r"^(408|480|504) 6\d{4};")

    def _refusals(self):
        return [end for end in self.traffic.chat.sent_sip.values() if end not in ("accepted", None)]

    async def _return(self):
        await self.partner.start(namespaces.HUB, XMPP_PORT)
        await self.until(lambda: self._lanes() == 1, lambda: f"streams: {self.partner.streams_from}")

    def _lanes(self):
        """All users of the two domains share one (ARCH-8)."""
        return sum(self.partner.streams_from.values())


class Unmanaged(Partner):
    """Without XEP-0198. What it reads counts as read: it loses nothing by itself."""
    acknowledged = False

    test_f24_it_crashes = test_f24_it_crashes_again_and_again = None  # here it would lose what lay in its sockets


if __name__ == "__main__":
    fault.main()
