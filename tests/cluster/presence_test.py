"""The partner's server falls and forgets who is here; only rosters are left. When it is back, all see the truth again."""

import cluster
from presence import Presence


class PartnerFalls(cluster.Cluster):
    async def test_sub13_presence_is_asked_for_and_told_again(self):
        presence = Presence(self).start()
        await presence.count(60)
        for _ in range(2):
            presence.fall()
            await presence.count(60)  # SIP users' only
            await presence.rise()
            await presence.count(60)
        await presence.stop()
        presence.check(self, deaths=True)


if __name__ == "__main__":
    cluster.main()
