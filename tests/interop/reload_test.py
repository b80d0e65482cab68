"""A running gateway takes over what changes in its files: partners, certificates; and keeps the last good ones."""

import asyncio
import os
import ssl
import unittest

import scenario
from raw_stream import STARTTLS, RawStream, header
from world import GATEWAY, JULIET, ROMEO, SIP_DOMAIN, XMPP_DOMAIN
from xmpp_user import text_from

SECONDS = 20


class Reload(scenario.Scenario):
    async def test_a_partner_comes_and_goes(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        config = self.place.folder / "dragoman.yaml"
        good = config.read_text()
        self.assert_answer(await romeo.say(JULIET, "before"), 200)
        await juliet.inbox.take(text_from(ROMEO, "before"))

        await self._replace(config, good.replace(f"domain: {XMPP_DOMAIN}", "domain: somebody.example"))
        self.assert_answer(await romeo.page(JULIET, "refused"), 404, 61001)

        await self._replace(config, good.replace("type: federated", "type: nonsense"), "last good one stays")
        self.assert_answer(await romeo.page(JULIET, "still refused"), 404, 61001)
        self.assertIn("nonsense", self._log())

        await self._replace(config, good)
        self.assert_answer(await romeo.page(JULIET, "after"), 200)
        await juliet.inbox.take(text_from(ROMEO, "after"))

    async def test_new_certificates_are_shown_and_bad_ones_are_not(self):
        folder = self.place.folder / "certificates"
        first = await self._shown()
        old = (folder / "gateway-sip.crt").read_bytes(), (folder / "gateway-sip.key").read_bytes()
        self.place.authority.issue("gateway-sip", GATEWAY)
        await self.until(lambda: "configuration read again" in self._log(), self._log_end)
        second = await self._until_shown(lambda shown: shown != first)

        count = self._log().count("certificate refused")
        (folder / "gateway-sip.key").write_bytes(old[1])  # does not belong to the new certificate
        await self.until(lambda: self._log().count("certificate refused") > count, self._log_end)
        self.assertEqual(second, await self._shown())

    async def test_xmpp_servers_see_new_certificates_too(self):
        folder = self.place.folder / "certificates"
        first = await self._shown_to_xmpp()
        old_key = (folder / "gateway-xmpp.key").read_bytes()
        self.place.authority.issue("gateway-xmpp", SIP_DOMAIN)
        second = await self._until_shown(lambda shown: shown != first, self._shown_to_xmpp)

        count = self._log().count("certificate refused")
        (folder / "gateway-xmpp.key").write_bytes(old_key)
        await self.until(lambda: self._log().count("certificate refused") > count, self._log_end)
        self.assertEqual(second, await self._shown_to_xmpp())

    async def _shown_to_xmpp(self):
        """The certificate that it shows behind STARTTLS."""
        stream = await RawStream.connect(self.place.xmpp_port)
        stream.send(header(XMPP_DOMAIN, SIP_DOMAIN))
        await stream.until("</stream:features>")
        stream.send(STARTTLS)
        await stream.until("<proceed[^>]*>")
        await stream.secure(self.place.trust)
        shown = stream.writer.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        stream.close()
        return shown

    async def _replace(self, config, text, said="configuration read again"):
        """All three processes say it."""
        before = self._log().count(said)
        new = config.with_suffix(".new")
        new.write_text(text)
        os.rename(new, config)
        await self.until(lambda: self._log().count(said) >= before + 3, self._log_end)

    async def _shown(self):
        """The certificate that the gateway shows on its SIP port."""
        context = ssl.create_default_context(cafile=self.place.trust)
        context.load_cert_chain(*self.place.authority.issue("probe", SIP_DOMAIN))
        _, writer = await asyncio.open_connection("127.0.0.1", self.place.sip_port, ssl=context,
                                                  server_hostname=GATEWAY)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return shown

    async def _until_shown(self, wanted, look=None):
        deadline = asyncio.get_running_loop().time() + SECONDS
        while True:
            shown = await (look or self._shown)()
            if wanted(shown):
                return shown
            self.assertLess(asyncio.get_running_loop().time(), deadline, "the old certificate is still shown")
            await asyncio.sleep(0.1)

    def _log_end(self):
        return self._log()[-2000:]

    def _log(self):
        return self.place.gateway.log.read_text(errors="replace")


if __name__ == "__main__":
    unittest.main()
