"""The gateway as its users start it: `dragoman run --config FILE`, and its processes by name."""

import contextlib
import os
import pathlib
import signal

import server

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build" / "release" / "bin" / "dragoman"
PROCESSES = ("sip-frontend", "xmpp-frontend", "router")

CONFIG = """\
sip:
  domains: [{sip_domain}]
  fqdn: {fqdn}
  listen: ["127.0.0.1:{sip_port}"]
  edges: ["{edge}"]
  dialect: {dialect}
{sip_rules}  tls: {{certificate: {sip_certificate}, key: {sip_key}, trust: {trust}}}
xmpp:
  listen: ["127.0.0.1:{xmpp_port}"]
  tls: {{certificate: {xmpp_certificate}, key: {xmpp_key}, trust: {trust}}}
  dialback_secret: dialback.secret
partners:
  - domain: {xmpp_domain}
    type: federated
{partner_rules}dns: {{servers: ["127.0.0.1:{dns_port}"], timeout: 2s}}
admin: {{listen: "127.0.0.1:{admin_port}"}}
{more}"""


def configure(folder, **words):
    """Writes `folder`/dragoman.yaml; `words` are those of CONFIG. Returns its path."""
    (folder / "dialback.secret").write_text(os.urandom(24).hex() + "\n")
    (folder / "dialback.secret").chmod(0o600)
    config = folder / "dragoman.yaml"
    config.write_text(CONFIG.format(folder=folder, **words))
    return config


class Gateway(server.Server):
    """`stop()` lets it end what it has begun, and leaves none of its processes behind."""

    def stop(self):
        children = processes(self.process.pid)
        super().stop()
        _kill_left(children)

    def kill_all(self):
        """It dies with all its processes at once, its Redis too."""
        children = processes(self.process.pid)
        if self.process.poll() is None:
            kill(self.process.pid)
            _kill_left(children)
        self.process.wait()


def launch(folder, config):
    return Gateway("gateway", [PROGRAM, "run", "--config", config, "--state", folder], folder)


def processes(parent):
    """Program name -> pids of the children of process `parent`, e.g. {"router": [4711]}."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.setdefault((entry / "comm").read_text().strip(), []).append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile
    return found


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def _kill_left(found):
    """Of `processes`, those that still run."""
    for name, pids in found.items():
        for pid in pids:
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    kill(pid)
