"""The manifests agree with the code, with one another, and with what every pod here promises."""

import re
import unittest

import yaml

import constants
import manifests
import verdict
from tools import ROOT

OVERLAYS = {name: manifests.by_name(manifests.compose(name)) for name in manifests.OVERLAYS}
CERTIFICATES = manifests.by_name(manifests.compose("options/certificates"))
MANUAL = (ROOT / "docs/operations.md").read_text()

STALLED_PEERS = 300  # of a front-end, each with as much as may wait for it
OF_ITS_OWN_BYTES = 64 << 20  # of a process: program, records at work, and the rest (bench/README.md)
LOAD_BALANCER_SECONDS = 30  # until one has noticed what came or went: often three times 10 s

# Of these things an installation brings its own; docs/operations.md says how each is made.
BROUGHT = {("Secret", "dragoman-dialback"), ("Secret", "dragoman-bus-router"), ("Secret", "dragoman-bus-frontend"),
           ("Secret", "dragoman-redis"), ("ConfigMap", "dragoman-bus-public"), ("ConfigMap", "dragoman-edge-trust"),
           ("Secret", "dragoman-sip-tls"), ("Secret", "dragoman-xmpp-tls")}


class Agreement(unittest.TestCase):
    looking_at = None

    def each(self, wanted=lambda it: True):
        """(objects of an overlay, one of them); a failure says which."""
        for name, objects in OVERLAYS.items():
            for it in filter(wanted, objects.values()):
                self.looking_at = name, *manifests.key(it)
                yield objects, it
        self.assertTrue(self.looking_at, "nothing was looked at")

    def _formatMessage(self, msg, standardMsg):
        return f"{self.looking_at}: {super()._formatMessage(msg, standardMsg)}"

    def each_pod(self):
        for objects, it in self.each(manifests.pod_of):
            yield objects, it, manifests.pod_of(it)

    def each_role(self):
        for objects, it, pod in self.each_pod():
            if it["kind"] == "Deployment":
                self.assertEqual(1, len(pod["containers"]))
                yield objects, it, pod["containers"][0]


class Roles(Agreement):
    def test_each_is_a_deployment_that_starts_its_program(self):
        self.assertEqual(set(manifests.ROLES), set(constants.ROLES))
        for name, objects in OVERLAYS.items():
            self.assertEqual({("Deployment", f"dragoman-{role}") for role in constants.ROLES},
                             {key for key in objects if key[0] == "Deployment"}, name)
        for _, it, container in self.each_role():
            role = it["metadata"]["name"].removeprefix("dragoman-")
            self.assertEqual((role, role), (container["name"], container["args"][0]))
            self.assertEqual(role, manifests.labels_of(it)["app.kubernetes.io/component"])
            self.assertNotIn("command", container)  # the image's own entry point

    def test_image_is_of_this_version(self):
        for _, _, container in self.each_role():
            self.assertTrue(container["image"].endswith(f"/dragoman:{constants.VERSION}"), container["image"])
        for file in ("deploy/Dockerfile", "deploy/README.md"):
            named = re.findall(r"dragoman:(\d[\d.]*\d)|ARG VERSION=(\S+)", (ROOT / file).read_text())
            self.assertEqual({constants.VERSION}, {a or b for a, b in named}, file)

    def test_admin_address_is_reachable_and_one_for_all(self):
        for _, _, container in self.each_role():
            host, port = container["args"][container["args"].index("--admin") + 1].rsplit(":", 1)
            self.assertEqual("0.0.0.0", host)
            self.assertIn({"name": "admin", "containerPort": int(port)}, container["ports"])

    def test_listen_where_the_configuration_says(self):
        for objects, it, container in self.each_role():
            said = configuration(objects)
            port = {"router": int(said["router"]["listen"][0].rsplit(":", 1)[1]), "sip-frontend": constants.SIP_PORT,
                    "xmpp-frontend": constants.XMPP_PORT}[container["name"]]
            self.assertNotIn("listen", said["sip"])
            self.assertNotIn("listen", said["xmpp"])
            self.assertIn(port, [it["containerPort"] for it in container["ports"]])

    def test_probes_are_pages_that_there_are(self):
        for _, _, container in self.each_role():
            pages = {}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                self.assertEqual("admin", container[probe]["httpGet"]["port"])
                pages[probe] = container[probe]["httpGet"]["path"]
                self.assertLessEqual(container[probe].get("timeoutSeconds", 1), constants.ADMIN_SECONDS)
            self.assertLessEqual(set(pages.values()), constants.ADMIN_PAGES)
            self.assertEqual(("/livez", "/livez", "/readyz"), tuple(pages.values()))
            patience = [container[probe]["periodSeconds"] * container[probe]["failureThreshold"]
                        for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
            self.assertEqual(sorted(patience, reverse=True), patience, "first to be started, then alive, then ready")

    def test_have_time_to_drain(self):
        for _, it, container in self.each_role():
            waits = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            self.assertEqual(container["name"] != "router", waits > 0, "who stands behind a load balancer waits for it")
            grace = manifests.pod_of(it)["terminationGracePeriodSeconds"]
            self.assertGreaterEqual(grace, waits + constants.DRAIN_SECONDS + 5)
            if waits:
                self.assertGreater(waits, LOAD_BALANCER_SECONDS)
                self.assertGreater(it["spec"]["minReadySeconds"], LOAD_BALANCER_SECONDS)

    def test_ask_for_names_as_they_are_first(self):
        for _, it, _ in self.each_role():
            self.assertEqual([{"name": "ndots", "value": "1"}], manifests.pod_of(it)["dnsConfig"]["options"])

    def test_file_modes_are_those_that_the_reader_takes(self):
        for _, it, pod in self.each_pod():
            for volume in pod.get("volumes", []):
                mode = (volume.get("projected") or volume["secret"])["defaultMode"]
                self.assertEqual(0o440, mode, "the group's: fsGroup; nobody else's")


class Promises(Agreement):
    def test_every_pod_is_restricted(self):
        for _, it, pod in self.each_pod():
            self.assertIs(False, pod["automountServiceAccountToken"])
            self.assertIs(False, pod["enableServiceLinks"])
            self.assertNotIn("hostNetwork", pod)
            self.assertIs(True, pod["securityContext"]["runAsNonRoot"])
            self.assertGreater(pod["securityContext"]["runAsUser"], 0)
            self.assertEqual({"type": "RuntimeDefault"}, pod["securityContext"]["seccompProfile"])
            for container in pod["containers"]:
                self.assertEqual({"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                  "capabilities": {"drop": ["ALL"]}}, container["securityContext"])
                for kind in ("requests", "limits"):
                    self.assertEqual({"cpu", "memory"}, container["resources"][kind].keys())
                for mount in container["volumeMounts"]:
                    self.assertTrue(mount.get("readOnly") or mount["name"] == "data", mount)

    def test_memory_is_enough_for_what_may_wait_on_the_bus(self):
        """Of a front-end also for some hundreds of peers that do not read."""
        most = {it["metadata"]["name"].removeprefix("dragoman-"): it["spec"]["maxReplicas"]
                for it in OVERLAYS["overlays/production"].values() if it["kind"] == "HorizontalPodAutoscaler"}
        self.assertEqual(set(constants.ROLES), set(most))
        others = {"router": most["sip-frontend"] + most["xmpp-frontend"] + 2}  # one more of each while they roll
        for _, it, container in self.each_role():
            role = container["name"]
            needed = constants.OPEN_BYTES + others.get(role, most["router"] + 1) * constants.BUS_PEER_BYTES
            needed += constants.ROUTER_BYTES if role == "router" else STALLED_PEERS * constants.PEER_BYTES
            number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", container["resources"]["limits"]["memory"]).groups()
            limit = int(number) << {"Mi": 20, "Gi": 30}[unit]
            self.assertGreater(limit, needed + OF_ITS_OWN_BYTES)

    def test_the_namespace_lets_no_other_in(self):
        for _, it in self.each(lambda it: it["kind"] == "Namespace"):
            self.assertEqual("restricted", it["metadata"]["labels"]["pod-security.kubernetes.io/enforce"])

    def test_nobody_has_a_token(self):
        for objects, _, pod in self.each_pod():
            self.assertIs(False, objects["ServiceAccount", pod["serviceAccountName"]]["automountServiceAccountToken"])

    def test_roles_run_as_the_user_of_the_image(self):
        user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "deploy/Dockerfile").read_text(), re.M)
        for _, it, _ in self.each_role():
            context = manifests.pod_of(it)["securityContext"]
            self.assertEqual([int(user[1]), int(user[2]), int(user[2])],
                             [context[name] for name in ("runAsUser", "runAsGroup", "fsGroup")])

    def test_roles_are_spread_and_evicted_one_by_one(self):
        for objects, it, _ in self.each_role():
            labels = manifests.labels_of(it)
            spread = manifests.pod_of(it)["topologySpreadConstraints"]
            self.assertEqual(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], [s["topologyKey"] for s in spread])
            budget = objects["PodDisruptionBudget", it["metadata"]["name"]]
            self.assertEqual(1, budget["spec"]["maxUnavailable"])
            self.assertEqual("AlwaysAllow", budget["spec"]["unhealthyPodEvictionPolicy"], "a sick pod holds up no drain")
            for selector in [s["labelSelector"] for s in spread] + [budget["spec"]["selector"], it["spec"]["selector"]]:
                self.assertEqual({"matchLabels": labels}, selector)


class References(Agreement):
    def test_every_service_leads_to_pods_and_named_ports(self):
        for objects, service in self.each(lambda it: it["kind"] == "Service"):
            led_to = [it for it in objects.values() if manifests.pod_of(it) and
                      service["spec"]["selector"].items() <= manifests.labels_of(it).items()]
            self.assertTrue(led_to)
            for port in service["spec"]["ports"]:
                for it in led_to:
                    number = {p["name"]: p["containerPort"] for p in manifests.containers(it)[0]["ports"]}
                    self.assertEqual(port["port"], number[port["targetPort"]])

    def test_peers_addresses_arrive_as_they_are(self):
        for objects in OVERLAYS.values():
            open_to_the_world = {it["metadata"]["name"]: it["spec"] for it in objects.values()
                                 if it["kind"] == "Service" and it["spec"].get("type") == "LoadBalancer"}
            self.assertEqual({"dragoman-sip": constants.SIP_PORT, "dragoman-xmpp": constants.XMPP_PORT},
                             {name: spec["ports"][0]["port"] for name, spec in open_to_the_world.items()})
            for spec in open_to_the_world.values():
                self.assertEqual("Local", spec["externalTrafficPolicy"])

    def test_front_ends_find_routers_that_are_not_ready(self):
        """A router is ready once front-ends have found it; hidden until then it would never be."""
        for objects in OVERLAYS.values():
            [place] = configuration(objects)["router"]["connect"]
            name, port = place.removeprefix("tcp://").rsplit(":", 1)
            service = objects["Service", name]["spec"]
            self.assertEqual("None", service["clusterIP"])
            self.assertIs(True, service["publishNotReadyAddresses"])
            self.assertEqual(int(port), service["ports"][0]["port"])

    def test_the_redis_of_one_node_is_the_one_configured(self):
        objects = OVERLAYS["overlays/single-node"]
        name, port = configuration(objects)["redis"]["url"].removeprefix("redis://").rsplit(":", 1)
        self.assertEqual(int(port), objects["Service", name]["spec"]["ports"][0]["port"])
        self.assertEqual(name, objects["StatefulSet", name]["spec"]["serviceName"])

    def test_autoscalers_fall_back_to_the_processor(self):
        objects = OVERLAYS["overlays/production"]
        scaled = manifests.of_kind(objects.values(), "HorizontalPodAutoscaler")
        self.assertEqual({f"dragoman-{role}" for role in constants.ROLES},
                         {it["spec"]["scaleTargetRef"]["name"] for it in scaled})
        for it in scaled:
            with self.subTest(it["metadata"]["name"]):
                self.assertGreaterEqual(it["spec"]["minReplicas"], 2)
                self.assertEqual(["Pods", "Resource"], [metric["type"] for metric in it["spec"]["metrics"]])
                self.assertEqual("cpu", it["spec"]["metrics"][1]["resource"]["name"])
                self.assertNotIn("replicas", objects["Deployment", it["metadata"]["name"]]["spec"],
                                 "each apply would undo what the autoscaler did")

    def test_everything_mounted_is_there_or_explained(self):
        used = set()
        for objects, it, pod in self.each_pod():
            for source in sources(pod):
                used.add(source)
                if source not in objects:
                    self.assertIn(source, BROUGHT)
                    self.assertTrue(f"`{source[1]}`" in MANUAL, "docs/operations.md does not say how it is made")
        self.assertEqual(BROUGHT, used - {("ConfigMap", "dragoman")})

    def test_certificates_fill_the_secrets_that_are_mounted_and_carry_the_names_configured(self):
        for name, names in [("dragoman-sip", lambda said: [said["sip"]["fqdn"]]),
                            ("dragoman-xmpp", lambda said: said["sip"]["domains"])]:
            certificate = CERTIFICATES["Certificate", name]["spec"]
            self.assertIn(("Secret", certificate["secretName"]), BROUGHT)
            for objects in OVERLAYS.values():
                self.assertEqual(names(configuration(objects)), certificate["dnsNames"])
        self.assertLessEqual({"server auth", "client auth"}, set(CERTIFICATES["Certificate", "dragoman-sip"]["spec"]["usages"]))

    def test_prometheus_finds_every_role(self):
        monitor = manifests.by_name(manifests.compose("options/monitoring"))["ServiceMonitor", "dragoman"]["spec"]
        endpoint = monitor["endpoints"][0]
        self.assertIn(endpoint["path"], constants.ADMIN_PAGES)
        self.assertLessEqual(float(endpoint["scrapeTimeout"].rstrip("s")), constants.ADMIN_SECONDS)
        for objects in OVERLAYS.values():
            [service] = [it for it in objects.values() if it["kind"] == "Service" and
                         manifests.selects(monitor["selector"], it["metadata"].get("labels", {}))]
            self.assertEqual("dragoman", service["metadata"]["labels"][monitor["jobLabel"]])
            self.assertIn(endpoint["port"], [port["name"] for port in service["spec"]["ports"]])
            reached = {it["metadata"]["name"] for it in objects.values() if manifests.pod_of(it) and
                       service["spec"]["selector"].items() <= manifests.labels_of(it).items()}
            self.assertEqual({f"dragoman-{role}" for role in constants.ROLES}, reached)


def configuration(objects):
    return yaml.safe_load(objects["ConfigMap", "dragoman"]["data"]["dragoman.yaml"])


def sources(pod):
    """(kind, name) of what the volumes of a pod take their files from."""
    for volume in pod.get("volumes", []):
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        for source in volume.get("projected", {}).get("sources", []):
            for kind, word in (("Secret", "secret"), ("ConfigMap", "configMap")):
                if word in source:
                    yield kind, source[word]["name"]


if __name__ == "__main__":
    verdict.main()
