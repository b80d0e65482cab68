"""SUB-13: a partner that could not be reached for a while is back, and has forgotten who is here. What it could not be told
meanwhile, and what it asks now, it is told at once: that it connects proves that it is there, whatever we tried before.
"""

import cluster
from presence import Presence

ATTEMPTS = 6  # of ours, by then seconds apart


class PartnerReturns(cluster.Cluster):
    async def test_sub13_it_is_told_at_once_what_it_missed(self):
        presence = Presence(self).start()
        await presence.count(30)
        presence.fall()
        failed = self._failed()
        await self.until(lambda: self._failed() >= failed + ATTEMPTS, "nobody tries to reach it", 60)
        await presence.rise()
        await presence.stop()
        presence.check(self, deaths=True)

    def _failed(self):
        return sum(len(node.logged("stream failed")) for node in self.of("xmpp-frontend"))


if __name__ == "__main__":
    cluster.main()
