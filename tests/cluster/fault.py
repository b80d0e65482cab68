"""A fault in the middle of messages and presence both ways: begun, had, and accounted for. What they share that have one."""

import cluster
import ledger
import presence
from load import Load


class Fault(cluster.Cluster):
    acknowledged = True  # so that the death of no process is an excuse for a loss

    async def begin(self, **words):
        """Under way; `words` are those of Load."""
        self.traffic = Load(self, **words).start()
        await self.traffic.count(300)
        self._starts = {node: node.starts for node in self.nodes}

    async def end(self, restarted=(), saves_lost=False, **words):
        """Everybody is there as before, without having been started again; every message has its end. `saves_lost`: the
        last of them may be, and with them dialogs. `words` are those of Load.check.
        """
        await self.ready(*self.nodes)
        await self.traffic.count(300)
        await self.traffic.stop(**(presence.REFRESHED if saves_lost or words.get("store_lost") else {}))
        self.traffic.check(self, **words)
        await ledger.close(self)
        for node in self.nodes:
            self.assertIsNone(node.running.process.poll(), f"{node.name} ended")
            if node not in restarted:
                self.assertEqual(self._starts[node], node.starts, node.name)

    def value(self, node, name, **labels):
        """A number of its metrics; None if it is not there."""
        return node.metrics().get((name, frozenset(labels.items())))


main = cluster.main
