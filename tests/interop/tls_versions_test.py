"""Which TLS an Edge may speak: 1.2 and later, and what is older only where the configuration says so."""

import asyncio
import ssl
import unittest

import scenario
from edge_wire import read_raw
from edge_world import EdgeWorld, options
import world


class TlsVersions(scenario.Scenario):
    async def start(self):
        pass  # each has a configuration of its own

    async def test_nothing_older_than_1_2_unless_told(self):
        await self._start(EdgeWorld())
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            self.assertIn(b" 200 ", await self._options(version))
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                await self._options(version)

    async def test_an_old_edge_is_spoken_to_in_tls_1_0(self):
        await self._start(OldWorld())
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2):
            self.assertIn(b" 200 ", await self._options(version, "ECDHE-ECDSA-AES128-SHA"))

    async def _start(self, place):
        self.place = place
        await self.place.start()

    async def _options(self, version, ciphers="ALL"):
        """The answer to OPTIONS over exactly this version."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.place.trust)
        context.load_cert_chain(*self.place.authority.issue("edge", world.EDGE))
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        reader, writer = await asyncio.open_connection("127.0.0.1", self.place.sip_port, ssl=context)
        writer.write(options())
        answer = await read_raw(reader)
        writer.close()
        return answer


class OldWorld(EdgeWorld):
    def configure_gateway(self, *args, **words):
        config = super().configure_gateway(*args, **words)
        text = config.read_text()
        config.write_text(text.replace("  tls: {certificate: ", '  tls: {minimum: "1.0", certificate: ', 1))
        return config


if __name__ == "__main__":
    unittest.main()
