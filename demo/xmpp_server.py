"""Prosody as the XMPP domain: EXTERNAL or dialback over required STARTTLS, names from the private DNS server."""

import server

CONFIG = """\
-- One XMPP domain with nothing but what federation needs.
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/prosody-data"
log = {{ {{ levels = {{ min = "debug" }}, to = "console" }} }}

interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s_port} }}
s2s_ports = {{ {s2s_port} }}
modules_enabled = {{ "roster", "saslauth", "tls", "dialback", "disco", "ping"{modules} }}
modules_disabled = {{ "admin_shell", "admin_telnet", {disabled} "s2s_auth_dane_in", "http", "posix" }}
authentication = "internal_plain"
c2s_require_encryption = true
{federation}
limits = {{ }}

unbound = {{
  resolvconf = false, hoststxt = false, forward = "127.0.0.1@{dns_port}",
  options = {{ ["do-not-query-localhost:"] = "no" }},
}}

VirtualHost "{domain}"
  ssl = {{ certificate = "{certificate}", key = "{key}", cafile = "{trust}" }}
"""


FEDERATION = """\
s2s_require_encryption = true
s2s_secure_auth = false -- what the certificate does not prove, dialback does"""


async def start(folder, name, domain, users, c2s_port, s2s_port, dns_port, certificate, key, trust,
                federation=FEDERATION, offline_storage=False, modules=()):
    """`users`: name -> password; `federation`: lines of configuration. The server's files are in `folder`/`name`."""
    home = folder / name
    accounts = home / "prosody-data" / domain.replace(".", "%2e").replace("-", "%2d") / "accounts"
    accounts.mkdir(parents=True, exist_ok=True)
    for user, password in users.items():
        (accounts / f"{user}.dat").write_text(f'return {{ ["password"] = "{password}" }};\n')
    config = home / "prosody.cfg.lua"
    config.write_text(CONFIG.format(folder=home, domain=domain, c2s_port=c2s_port, s2s_port=s2s_port,
                                    dns_port=dns_port, certificate=certificate, key=key, trust=trust,
                                    federation=federation, modules="".join(f', "{more}"' for more in modules),
                                    disabled="" if offline_storage else '"offline",'))
    running = server.Server(name, ["/usr/bin/prosody", "--config", config, "-F"], folder)
    return await running.ready(c2s_port, s2s_port)
