"""A configuration that cannot work is refused before any socket opens: exit 2, and the text says why."""

import subprocess
import unittest

import scenario
import gateway
import ports
from world import GATEWAY


class StartRefused(scenario.Scenario):
    async def start(self):
        pass  # no server is needed

    def _run(self, config):
        return subprocess.run([gateway.PROGRAM, "run", "--config", config], capture_output=True, text=True,
                              timeout=20)

    async def test_a_certificate_without_the_fqdn(self):
        done = self._run(self.place.configure_gateway(fqdn_in_certificate="other.montague.example"))
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn(GATEWAY, done.stderr)
        self.assertIn("other.montague.example", done.stderr)
        self.assertTrue(ports.is_free(self.place.sip_port))

    async def test_an_unknown_key_with_file_and_line(self):
        config = self.place.configure_gateway()
        config.write_text(config.read_text().replace("  fqdn:", "  fqdm:"))
        done = self._run(config)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn(f"{config}:3", done.stderr)
        self.assertIn("fqdm", done.stderr)

    async def test_a_missing_certificate_file(self):
        config = self.place.configure_gateway(sip_certificate="nowhere.crt")
        done = self._run(config)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("nowhere.crt", done.stderr)


if __name__ == "__main__":
    unittest.main()
