"""The folder that a role's pod finds at /etc/dragoman, made of throw-away keys: exactly the files that its volume has."""

import ctypes
import os
import sys

import yaml

import manifests
from tools import ROOT

sys.path.insert(0, str(ROOT / "demo"))
import authority  # noqa: E402  (found through the path above)

MODE = 0o440


def curve_keys():
    """(public, secret) of the bus, as ZeroMQ writes them."""
    public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
    if ctypes.CDLL("libzmq.so.5").zmq_curve_keypair(public, secret):
        raise OSError("zmq_curve_keypair")
    return public.value.decode() + "\n", secret.value.decode() + "\n"


class Belongings:
    """What an installation brings: (kind, name of the Secret or ConfigMap) -> key -> content."""

    def __init__(self, folder, overlay):
        self.overlay = overlay
        objects = manifests.by_name(manifests.compose(overlay))
        said = yaml.safe_load(objects["ConfigMap", "dragoman"]["data"]["dragoman.yaml"])
        own = self.authority = authority.Authority(folder, days=90)  # so that `dragoman check` is content
        sip, xmpp = own.issue("sip", said["sip"]["fqdn"]), own.issue("xmpp", *said["sip"]["domains"])
        router, front_end = curve_keys(), curve_keys()
        self.password = os.urandom(24).hex()
        self.has = {
            ("ConfigMap", "dragoman"): objects["ConfigMap", "dragoman"]["data"],
            ("ConfigMap", "dragoman-bus-public"): {"router.public": router[0], "frontend.public": front_end[0]},
            ("ConfigMap", "dragoman-edge-trust"): {"ca.crt": own.certificate.read_text()},
            ("Secret", "dragoman-sip-tls"): dict(zip(("tls.crt", "tls.key"), (f.read_text() for f in sip))),
            ("Secret", "dragoman-xmpp-tls"): dict(zip(("tls.crt", "tls.key"), (f.read_text() for f in xmpp))),
            ("Secret", "dragoman-dialback"): {"secret": os.urandom(32).hex() + "\n"},
            ("Secret", "dragoman-bus-router"): {"secret": router[1]},
            ("Secret", "dragoman-bus-frontend"): {"secret": front_end[1]},
            ("Secret", "dragoman-redis"): {"password": self.password,
                                           "users.acl": f"user default on >{self.password} ~* &* +@all\n"},
        }
        self._deployments = {role: objects["Deployment", f"dragoman-{role}"] for role in manifests.ROLES}

    def pod(self, role):
        """The pod's spec."""
        return manifests.pod_of(self._deployments[role])

    def arguments(self, role):
        """Of the role's container."""
        [container] = manifests.containers(self._deployments[role])
        return list(container["args"])

    def name_options(self, role):
        """Of the resolver in the role's pod."""
        return manifests.pod_of(self._deployments[role])["dnsConfig"]["options"]

    def files(self, role):
        """path below /etc/dragoman -> content."""
        [volume] = manifests.pod_of(self._deployments[role])["volumes"]
        found = {}
        for source in volume["projected"]["sources"]:
            [(word, said)] = source.items()
            has = self.has[{"configMap": "ConfigMap", "secret": "Secret"}[word], said["name"]]
            for item in said["items"]:
                if item["key"] in has or not said.get("optional"):
                    found[item["path"]] = has[item["key"]]
        return found

    def fill(self, folder, role, owner=None):
        """Writes files(role) into `folder`, with the modes and the group that the kubelet gives them."""
        folder.mkdir()
        for name, content in self.files(role).items():
            (folder / name).write_text(content)
            (folder / name).chmod(MODE)
            if owner is not None:
                os.chown(folder / name, 0, owner)
        return folder
