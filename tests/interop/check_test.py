"""`dragoman check` beside real servers: nothing to say when everything is right, and each mistake of an administrator named
with the sentence that mends it."""

import json
import socket
import subprocess
import time
import unittest

import scenario
import authority
import gateway
import name_server
import ports
import server
import world
import xmpp_server
from world import EDGE, GATEWAY, JULIET, ROMEO, SIP_DOMAIN, XMPP_DOMAIN
from xmpp_user import text_from

FEDERATION_HOST = f"sip.{XMPP_DOMAIN}"
OTHER_EDGE = f"other.{SIP_DOMAIN}"
PLAIN_DOMAIN = "plain.example"
SECONDS_MAX = 15
NO_TLS = """\
s2s_require_encryption = false
modules_disabled = { "tls", "admin_shell", "admin_telnet", "s2s_auth_dane_in", "http", "posix", "offline" }"""


class CheckedWorld(world.World):
    """Certificates that are not about to run out, names as an Edge wants them, a Redis of its own."""
    certificate_days = 90

    def __init__(self, dialect="microsoft"):
        super().__init__(dialect)
        self.redis_port = ports.free_port()

    def names(self):
        hosts, services = super().names()
        services = [entry for entry in services if entry[0] != f"_sipfederationtls._tcp.{XMPP_DOMAIN}"]
        return [*hosts, FEDERATION_HOST, OTHER_EDGE], [
            *services, (f"_sipfederationtls._tcp.{XMPP_DOMAIN}", FEDERATION_HOST, self.sip_port)]

    async def start_peers(self):
        await super().start_peers()
        command = ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--appendonly", "yes",
                   "--save", "", "--dir", self.folder]
        self.servers.append(await server.Server("redis", command, self.folder).ready(self.redis_port))

    def configure_gateway(self, fqdn_in_certificate=GATEWAY, days=None, **changes):
        sip = self.authority.issue("good-sip", fqdn_in_certificate, FEDERATION_HOST, days=days)
        words = dict(sip_certificate=sip[0], sip_key=sip[1],
                     more=f'redis: {{url: "redis://127.0.0.1:{self.redis_port}"}}\n')
        return super().configure_gateway(**{**words, **changes})


class Check(scenario.Scenario):
    async def asyncSetUp(self):
        self.place = CheckedWorld()
        self.addCleanup(lambda: self.place.stop(keep_folder=True))
        await self.place.start_peers()

    async def test_nothing_to_say_and_then_each_mistake(self):
        findings = self._good(self.place.configure_gateway())
        self.assertLess(20, len(findings))
        areas = {finding["area"] for finding in findings}
        self.assertEqual({"configuration", "certificates", "dns", "edges", "partners", "ports", "dialback", "redis"},
                         areas)
        self.assertIn("EXTERNAL", self._one(findings, "partner-proof")["found"])
        for mistake in (self._wrong_certificate_name, self._expired_certificate, self._key_of_another,
                        self._key_for_everybody, self._short_secret, self._guessable_secret, self._unknown_key,
                        self._edge_down, self._edge_by_another_name, self._edge_of_another_authority,
                        self._redis_down, self._port_taken):
            with self.subTest(mistake.__name__):
                mistake()
        for mistake in (self._record_elsewhere, self._partner_without_tls, self._redis_that_forgets,
                        self._edge_of_old_tls, self._edge_that_does_not_trust_us):
            with self.subTest(mistake.__name__):
                await mistake()
        self._good(self.place.configure_gateway())

    async def test_leaves_a_running_gateway_alone(self):
        await self.place.start_gateway()
        log = self.place.gateway.log
        before = gateway.processes(self.place.gateway.process.pid)
        findings = self._good(self.place.folder / "dragoman.yaml")
        self.assertEqual(2, sum(f["name"] == "listen" and "held by the running gateway" in f["found"]
                                for f in findings), findings)
        self.assertEqual(2, sum(f["name"] == "reach" and f["severity"] == "ok" for f in findings), findings)
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        self.assert_answer(await romeo.say(JULIET, "still there"), 200)
        await juliet.inbox.take(text_from(ROMEO, "still there"))
        self.assertEqual(before, gateway.processes(self.place.gateway.process.pid))
        self.assertNotIn('"level":"error"', log.read_text())

    async def test_the_table_is_for_people_and_areas_can_be_chosen(self):
        config = self.place.configure_gateway(fqdn_in_certificate="other.example")
        done = self._run(config, "--only", "certificates,redis")
        self.assertEqual(2, done.returncode, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(["certificates", "redis"], [line for line in lines if line and not line.startswith(" ")][:-1])
        self.assertRegex(done.stdout, r"\n  error    sip-name .*carries other\.example")
        self.assertIn(f"subjectAltName DNS:{GATEWAY}", done.stdout)
        self.assertRegex(lines[-1], r"^\d+ checks: \d+ ok, 0 info, 0 warnings, 1 error$")
        self.assertNotEqual(0, self._run(config, "--only", "nonsense").returncode)

    async def test_ends_in_time_when_nobody_answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names, socket.create_server(("127.0.0.1", 0)) as mute:
            names.bind(("127.0.0.1", 0))
            where = f"127.0.0.1:{mute.getsockname()[1]}"
            config = self.place.configure_gateway(dns_port=names.getsockname()[1], edge=where,
                                                  partner_rules=f'    server: "{where}"\n')
            status, findings = self._check(config)
        self.assertEqual(2, status)
        for name, words in (("gateway-host", "no answer in time"), ("edge-tls", "no answer in time"),
                            ("partner-stream", "no answer in time")):
            self.assertIn(words, self._one(findings, name, "error")["found"])

    # ---- mistakes

    def _wrong_certificate_name(self):
        config = self.place.configure_gateway(fqdn_in_certificate="other.montague.example")
        self._bad(config, "sip-name", f"request a certificate with the subjectAltName DNS:{GATEWAY}")

    def _expired_certificate(self):
        self._bad(self.place.configure_gateway(days=-1), "sip-validity", "renew it")

    def _key_of_another(self):
        other = self.place.authority.issue("other", GATEWAY)[1]
        self._bad(self.place.configure_gateway(sip_key=other), "sip-key", "requested with into")

    def _key_for_everybody(self):
        config = self.place.configure_gateway()
        key = self.place.folder / "certificates" / "gateway-xmpp.key"
        key.chmod(0o644)
        self._bad(config, "key-mode", f"chmod o= {key}")
        key.chmod(0o600)

    def _short_secret(self):
        config = self.place.configure_gateway()
        (self.place.folder / "dialback.secret").write_text("too short")
        self._bad(config, "dialback-secret", "openssl rand -hex 32")

    def _guessable_secret(self):
        config = self.place.configure_gateway()
        (self.place.folder / "dialback.secret").write_text("changeme" * 4)
        self._bad(config, "dialback-secret", "openssl rand -hex 32")

    def _unknown_key(self):
        config = self.place.configure_gateway()
        config.write_text(config.read_text().replace("  fqdn:", "  fqdm:"))
        self._bad(config, "configuration", "correct this line")

    def _edge_down(self):
        config = self.place.configure_gateway(edge=f"{EDGE}:{ports.free_port()}")
        self._bad(config, "edge-connect", "see that the Edge runs")

    def _edge_by_another_name(self):
        config = self.place.configure_gateway(edge=f"{OTHER_EDGE}:{self.place.edge_port}")
        self._bad(config, "edge-name", "write the certificate's name")

    def _edge_of_another_authority(self):
        other = authority.Authority(self.place.folder / "other-authority", days=90).certificate
        self._bad(self.place.configure_gateway(trust=other), "edge-chain", f"as PEM, into {other}")

    def _redis_down(self):
        config = self.place.configure_gateway(more=f'redis: {{url: "redis://127.0.0.1:{ports.free_port()}"}}\n')
        self._bad(config, "redis-connect", "start Redis, or correct redis.url")

    def _port_taken(self):
        with socket.create_server(("127.0.0.1", self.place.xmpp_port)):
            finding = self._bad(self.place.configure_gateway(), "listen", "stop that program")
        self.assertIn("held by python3", finding["found"])

    async def _record_elsewhere(self):
        folder = self.place.folder / "other-names"
        folder.mkdir()
        hosts, services = self.place.names()
        elsewhere = [(name, target, ports.free_port() if name == f"_xmpp-server._tcp.{SIP_DOMAIN}" else port)
                     for name, target, port in services]
        port = ports.free_port()
        self.place.servers.append(await name_server.start(folder, port, hosts, elsewhere))
        self._bad(self.place.configure_gateway(dns_port=port), "xmpp-server",
                  f"let the record lead to {GATEWAY}")

    async def _partner_without_tls(self):
        certificate, key = self.place.authority.issue("plain", PLAIN_DOMAIN)
        s2s = ports.free_port()
        self.place.servers.append(await xmpp_server.start(
            self.place.folder, "plain", PLAIN_DOMAIN, {}, ports.free_port(), s2s, self.place.dns_port, certificate, key,
            self.place.trust, federation=NO_TLS))
        partner = f'  - domain: {PLAIN_DOMAIN}\n    server: "127.0.0.1:{s2s}"\n'
        self._bad(self.place.configure_gateway(partner_rules=partner), "partner-tls", "switch TLS on")

    async def _redis_that_forgets(self):
        port, folder = ports.free_port(), self.place.folder / "forgetful"
        folder.mkdir()
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--maxmemory", "100mb",
                   "--maxmemory-policy", "allkeys-lru", "--dir", folder]
        self.place.servers.append(await server.Server("forgetful", command, folder).ready(port))
        config = self.place.configure_gateway(more=f'redis: {{url: "redis://127.0.0.1:{port}"}}\n')
        self._bad(config, "redis-eviction", "CONFIG SET maxmemory-policy noeviction")

    async def _edge_of_old_tls(self):
        await self._bad_beside(["-tls1", "-cipher", "ALL:@SECLEVEL=0"], "edge-tls", "set sip.tls.minimum to 1.0",
                               "PROTOCOL_VERSION")

    async def _edge_that_does_not_trust_us(self):
        other = authority.Authority(self.place.folder / "its-authority").certificate
        await self._bad_beside(["-Verify", "1", "-verify_return_error", "-CAfile", other], "edge-options",
                               "has to be among the Edge's trusted roots", "UNKNOWN_CA")

    async def _bad_beside(self, words, name, mend, found):
        """With an Edge in place that speaks TLS as `words` say."""
        certificate, key = self.place.authority.issue("stand-in", EDGE)
        port = ports.free_port()
        command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", certificate, "-key", key]
        self.place.servers.append(await server.Server(f"{name}-stand-in", [*command, *words],
                                                      self.place.folder).ready(port))
        finding = self._bad(self.place.configure_gateway(edge=f"{EDGE}:{port}"), name, mend)
        self.assertIn(found, finding["found"])

    # ---- running it

    def _run(self, config, *words):
        began = time.monotonic()
        done = subprocess.run([gateway.PROGRAM, "check", "--config", config, "--state", self.place.folder, *words],
                              capture_output=True, text=True, timeout=2 * SECONDS_MAX)
        self.assertLess(time.monotonic() - began, SECONDS_MAX)
        return done

    def _check(self, config):
        """(exit status, findings)"""
        done = self._run(config, "--json")
        told = json.loads(done.stdout)
        self.assertEqual(done.returncode, told["exit_status"], done.stderr)
        self.assertEqual(len(told["findings"]), sum(told["counts"].values()))
        return done.returncode, told["findings"]

    def _good(self, config):
        status, findings = self._check(config)
        self.assertEqual([], [f for f in findings if f["severity"] in ("warning", "error")])
        self.assertEqual(0, status)
        return findings

    def _bad(self, config, name, mend):
        """The one finding `name` that is an error, its mending sentence with `mend` in it."""
        status, findings = self._check(config)
        self.assertEqual(2, status, findings)
        finding = self._one(findings, name, "error")
        self.assertIn(mend, finding["mend"])
        return finding

    def _one(self, findings, name, severity=None):
        found = [f for f in findings if f["name"] == name and severity in (None, f["severity"])]
        self.assertEqual(1, len(found), findings)
        return found[0]


if __name__ == "__main__":
    unittest.main()
