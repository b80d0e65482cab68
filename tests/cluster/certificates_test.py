"""F-16: certificates and keys are replaced under load: new connections see the new ones, old connections go on."""

import os
import shutil
import socket
import ssl

import fault
from cluster import GATEWAY, SIP_DOMAIN, SIP_PORT, XMPP_DOMAIN, XMPP_PORT
from raw_stream import STARTTLS, header

ROUNDS, TAKEN_OVER_SECONDS = 5, 10


class Certificates(fault.Fault):
    async def test_f16_of_sip(self):
        await self._replace("sip", GATEWAY, "sip-frontend", self._shown_to_sip)

    async def test_f16_of_xmpp(self):
        await self._replace("xmpp", SIP_DOMAIN, "xmpp-frontend", self._shown_to_xmpp)

    async def test_f16_a_key_that_does_not_belong_is_refused(self):
        """The last good pair stays, for new connections too."""
        await self.begin()
        fronts = self.of("sip-frontend")
        before = [self._shown_to_sip(node) for node in fronts]
        good = self.folder / "good.key"
        shutil.copy(self.folder / "sip.key", good)
        _, stray = self.authority.issue("stray", GATEWAY)
        self._put(stray, "sip.key")
        for node in fronts:
            await self.until(lambda: node.logged("certificate refused; the last good one stays"), node.name,
                             TAKEN_OVER_SECONDS)
        self.edge.lose_all()
        await self.traffic.count(300)
        await self.until(lambda: len(self.edge.connected) == self.sips, "nobody gets in any more")
        self.assertEqual(before, [self._shown_to_sip(node) for node in fronts])
        self._put(good, "sip.key")
        await self.end(deaths=True)  # of connections

    async def _replace(self, label, name, role, shown):
        await self.begin()
        for number in range(ROUNDS):
            certificate, key = self.authority.issue(f"{label}-{number}", name)
            self._put(key, f"{label}.key")  # for a moment the two do not belong together
            self._put(certificate, f"{label}.crt")
            new = ssl.PEM_cert_to_DER_cert(certificate.read_text())
            for node in self.of(role):
                await self.until(lambda: shown(node) == new, f"{node.name} shows an old one", TAKEN_OVER_SECONDS)
            await self.traffic.count(200)
        self.assertEqual((0, []), (self.edge.retried, self.partner.ends), "connections ended")
        await self.end(lossless=True)

    def _put(self, file, name):
        """As an editor or a certificate manager does: there is always a whole file."""
        new = self.folder / f"{name}.new"
        shutil.copy(file, new)
        os.rename(new, self.folder / name)

    def _shown_to_sip(self, node):
        with socket.create_connection((node.address, SIP_PORT), 5) as connection:
            return self._shown(connection, "edge")

    def _shown_to_xmpp(self, node):
        """Behind STARTTLS."""
        with socket.create_connection((node.address, XMPP_PORT), 5) as connection:
            for ours, theirs in ((header(XMPP_DOMAIN, SIP_DOMAIN), b"</stream:features>"), (STARTTLS, b"<proceed")):
                connection.sendall(ours.encode())
                said = b""
                while theirs not in said or not said.endswith(b">"):
                    data = connection.recv(4096)
                    self.assertTrue(data, f"closed after {said}")
                    said += data
            return self._shown(connection, "partner")

    def _shown(self, connection, us):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.trust)
        context.load_cert_chain(*self.certificates[us])
        with context.wrap_socket(connection) as secured:
            return secured.getpeercert(binary_form=True)


if __name__ == "__main__":
    fault.main()
