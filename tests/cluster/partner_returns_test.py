"""SUB-13: a partner that could not be reached for a while is back, and has forgotten who is here. What it could not be told
meanwhile, and what it asks now, it is told at once: that it connects proves that it is there, whatever we tried before.
"""

import asyncio

import cluster
from presence import Presence

AWAY_SECONDS = 10  # between two attempts of ours, by now seconds apart


class PartnerReturns(cluster.Cluster):
    async def test_sub13_it_is_told_at_once_what_it_missed(self):
        presence = Presence(self).start()
        await presence.count(30)
        presence.fall()
        await asyncio.sleep(AWAY_SECONDS)  # the fault is the time itself
        await presence.rise()
        await presence.stop()
        presence.check(self, deaths=True)


if __name__ == "__main__":
    cluster.main()
