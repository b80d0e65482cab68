"""Kamailio in the Edge Server's place: mutual TLS to the gateway, users on TCP behind it (edge.cfg)."""

import pathlib
import re

import server

TLS = """\
[server:default]
method = TLSv1.2+
certificate = {certificate}
private_key = {key}
ca_list = {trust}
verify_certificate = yes
require_certificate = yes

[client:default]
method = TLSv1.2+
certificate = {certificate}
private_key = {key}
ca_list = {trust}
verify_certificate = yes
require_certificate = yes
"""


TEMPLATE = pathlib.Path(__file__).parent / "edge.cfg"


async def start(folder, certificate, key, trust, template=None, **words):
    """`words` are those of edge.cfg in lower case: user_port, edge_port, edge_fqdn, gateway_fqdn, …

    `answer_ms` is how long the proxy waits for a response before it answers 408 itself.
    """
    (folder / "edge-tls.cfg").write_text(TLS.format(certificate=certificate, key=key, trust=trust))
    words = {"answer_ms": 2000, **words, "folder": folder}
    config = folder / "edge.cfg"
    config.write_text(re.sub("@([A-Z_]+)@", lambda found: str(words[found[1].lower()]),
                             template or TEMPLATE.read_text()))
    command = ["/usr/sbin/kamailio", "-DD", "-f", config, "-m", "128", "-M", "8", "-Y", folder, "-w", folder]
    return await server.Server("kamailio", command, folder).ready(words["user_port"], words["edge_port"])
