"""A private DNS server (dnsmasq): it knows the names given here and asks nobody about the others."""

import server


async def start(folder, port, addresses, services):
    """`addresses`: names that are 127.0.0.1. `services`: (SRV name, target, port) triples."""
    lines = ["no-resolv", "no-hosts", "no-daemon", "log-facility=-", f"port={port}", "listen-address=127.0.0.1",
             "bind-interfaces", "user=", "group=", "local-ttl=1", "local=//", "local=/example/"]
    lines += [f"address=/{name}/127.0.0.1" for name in addresses]
    lines += [f"srv-host={name},{target},{target_port}" for name, target, target_port in services]
    config = folder / "dnsmasq.conf"
    config.write_text("\n".join(lines) + "\n")
    return await server.Server("dnsmasq", ["/usr/sbin/dnsmasq", f"--conf-file={config}"], folder).ready(port)
