"""The world for presence: Prosody or ejabberd on one side, on the other Kamailio as the Edge.

Kamailio's presence server speaks for the SIP users whose names begin with "published"; all others speak for themselves,
through Kamailio. The gateway is called localhost: Kamailio's own NOTIFY goes where the name in its Contact leads.
"""

import asyncio
import re

from partner_world import PartnerWorld
import presence_server
import world
from edge_world import metrics

PUBLISHED = "published"
ANSWER_MS = 10_000  # tests answer by hand, and a loaded machine is slow
LOOK_AGAIN = 0.05  # seconds
START_SECONDS = 20
STANZA = re.compile("<(?:presence|message) [^>]*>")


class PresenceWorld(PartnerWorld):
    dialect = "standard"

    def __init__(self, kind="prosody", min_expires=0, presentities=f"^{PUBLISHED}", **words):
        super().__init__(kind, "external", **words)
        self.dialect = type(self).dialect
        self._log_read, self._stanzas = 0, []  # of the log of juliet's server
        self._presence = {"min_expires": min_expires, "presentities": presentities}

    async def start_edge(self):
        self.edge = await presence_server.start(
            self.folder, *self.authority.issue("edge", world.EDGE), self.trust, user_port=self.user_port,
            edge_port=self.edge_port, edge_fqdn=world.EDGE, gateway_fqdn="localhost", gateway_port=self.sip_port,
            sip_domain=world.SIP_DOMAIN, answer_ms=ANSWER_MS, **self._presence)
        self.servers.append(self.edge)

    async def start(self):
        """Nobody is asked anew because everything was away: that has been seen to before the first user comes."""
        await super().start()
        async with asyncio.timeout(START_SECONDS):
            for side in ("sip", "xmpp"):
                while f'dragoman_verifications_total{{of="{side}"}}' not in metrics(self.admin_port):
                    await asyncio.sleep(LOOK_AGAIN)

    def configure_gateway(self, *args, **words):
        return super().configure_gateway("localhost", **{**words, "fqdn": "localhost"})

    def stop(self, keep_folder=False):
        """Without waiting for the answers of users who are gone."""
        if hasattr(self, "gateway"):
            self.gateway.kill_all()
        super().stop(keep_folder)

    async def received(self, sender, to, kind, seconds=20):
        """Waits until juliet's server has logged this presence stanza: some are for nobody else. Each is found once."""
        await self._logged(seconds, "<presence ", f"from='{sender}'", f"to='{to}'", f"type='{kind}'")

    async def has_received(self, sender, to, kind):
        """Whether it has logged it until now; `sender` has just sent a text to `to`."""
        await self._logged(20, "<message ", f"from='{sender}'", f"to='{to}'")
        return self._find("<presence ", f"from='{sender}'", f"to='{to}'", f"type='{kind}'")

    async def _logged(self, seconds, *words):
        async with asyncio.timeout(seconds):
            while not self._find(*words):
                await asyncio.sleep(LOOK_AGAIN)

    def _find(self, *words):
        with open(self.partner.log, "rb") as log:
            log.seek(self._log_read)
            text = log.read().rpartition(b"\n")[0]
        self._log_read += len(text)
        for line in text.decode(errors="replace").splitlines():
            if "Received" in line:  # either server says so
                self._stanzas += STANZA.findall(line)
        for stanza in self._stanzas:
            if all(word in stanza for word in words):
                self._stanzas.remove(stanza)
                return True
        return False

    async def forget(self, watcher, presentity):
        """The gateway's record of this pair is lost."""
        reader, writer = await asyncio.open_unix_connection(self.folder / "redis.sock")
        writer.write(f"HDEL presence:{watcher} {presentity}\r\n".encode())  # presence-store/README.md
        removed = await reader.readline()
        writer.close()
        assert removed == b":1\r\n", removed

    async def store_is_written(self):
        """Redis puts off what it writes while the disk is busy, for two seconds at most. Its death would lose that."""
        reader, writer = await asyncio.open_unix_connection(self.folder / "redis.sock")
        waiting = None
        async with asyncio.timeout(10):
            while waiting != b"0":
                writer.write(b"INFO persistence\r\n")
                await reader.readuntil(b"aof_buffer_length:")
                waiting = (await reader.readline()).strip()
        writer.close()

    async def restart_edge(self):
        """All subscriptions and registrations are forgotten."""
        self.servers.remove(self.edge)
        self.edge.stop()
        await self.start_edge()
