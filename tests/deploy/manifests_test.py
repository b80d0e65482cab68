"""What kubectl makes of deploy/kubernetes, against the schemas of Kubernetes, cert-manager and the Prometheus operator."""

import copy
import json
import pathlib
import shutil
import tempfile
import unittest

import yaml

import manifests
import tools
import verdict

VALIDATE = pathlib.Path(__file__).parent / "schema" / "validate.mjs"
ALL = manifests.OVERLAYS + manifests.OPTIONS


def render(kubectl, name):
    done = tools.run([kubectl, "kustomize", manifests.KUBERNETES / name])
    if done.returncode:
        raise AssertionError(f"{kubectl} kustomize {name}: {done.stderr}")
    return list(yaml.safe_load_all(done.stdout))


def debians_kubectl():
    return tools.debian_program("kubernetes-client", "/usr/bin/kubectl")


def validate(objects):
    """(status, what was said) of the schema check."""
    folder = tools.schemas()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(objects, file)
        file.flush()
        done = tools.run([tools.need("node"), VALIDATE, folder, file.name])
    return done.returncode, done.stdout + done.stderr


class Rendering(unittest.TestCase):
    maxDiff = None

    def test_by_kubectl_gives_what_the_other_tests_look_at(self):
        """Debian's kubectl, which is old, and the one that this machine has beside it, if it has one."""
        for kubectl in dict.fromkeys([debians_kubectl(), shutil.which("kubectl") or debians_kubectl()]):
            for name in ALL:
                with self.subTest(kubectl=kubectl, name=name):
                    wanted = sorted(manifests.compose(name), key=manifests.key)
                    self.assertEqual(wanted, sorted(render(kubectl, name), key=manifests.key))


class Schemas(unittest.TestCase):
    def test_take_every_object(self):
        objects = [it for name in ALL for it in manifests.compose(name)]
        status, said = validate(objects)
        self.assertEqual((0, f"{len(objects)} objects, 0 problems\n"), (status, said))

    def test_refuse_what_is_broken(self):
        """One fault for each kind of object that we have; all at once, and each is named."""
        objects = {manifests.key(it): it for name in ALL for it in manifests.compose(name)}
        broken = []
        for (kind, name), path, value in FAULTS:
            it = copy.deepcopy(objects[kind, name])
            *way, last = path
            place = it
            for step in way:
                place = place[step]
            if value is None:
                del place[last]
            else:
                place[last] = value
            it["metadata"]["name"] = f"fault-{len(broken)}"
            broken.append(it)
        self.assertEqual({kind for kind, _ in objects}, {it["kind"] for it in broken} | {"Namespace"},
                         "a kind of object without a fault")
        status, said = validate(broken)
        self.assertEqual(1, status, said)
        for number, (_, path, value) in enumerate(FAULTS):
            with self.subTest(path=path, value=value):
                self.assertIn(f"/fault-{number}: ", said)

    def test_know_no_kind_that_there_is_not(self):
        self.assertEqual((1, "Deploymint/x: no such kind in apps/v1\n1 objects, 1 problems\n"),
                         validate([{"apiVersion": "apps/v1", "kind": "Deploymint", "metadata": {"name": "x"}}]))


ROUTER, REDIS = ("Deployment", "dragoman-router"), ("StatefulSet", "dragoman-redis")
CONTAINER = ("spec", "template", "spec", "containers", 0)
FAULTS = [  # object, where in it, what stands there instead; None: nothing
    (ROUTER, ("spec", "replicas"), "2"),
    (ROUTER, ("spec", "selector"), None),
    (ROUTER, (*CONTAINER, "livnessProbe"), {}),
    (ROUTER, (*CONTAINER, "ports", 0, "containerPort"), "7400"),
    (ROUTER, (*CONTAINER, "securityContext", "readOnlyRootFileSystem"), True),
    (ROUTER, ("spec", "template", "spec", "terminationGracePeriodSeconds"), "30s"),
    (("Deployment", "dragoman-sip-frontend"), (*CONTAINER, "lifecycle", "preStop"), {"sleep": 10}),
    (REDIS, ("spec", "serviceName"), 7),
    (("Service", "dragoman-sip"), ("spec", "externalTrafficPolicy"), ["Local"]),
    (("ConfigMap", "dragoman"), ("data", "dragoman.yaml"), {"sip": {}}),
    (("ServiceAccount", "dragoman"), ("automountServiceAccountToken",), "no"),
    (("PodDisruptionBudget", "dragoman-router"), ("spec", "maxUnavailible"), 1),
    (("HorizontalPodAutoscaler", "dragoman-router"), ("spec", "maxReplicas"), None),
    (("NetworkPolicy", "default-deny"), ("spec", "policyType"), ["Ingress"]),
    (("Certificate", "dragoman-sip"), ("spec", "issuerRef"), None),
    (("Certificate", "dragoman-xmpp"), ("spec", "dnsName"), "contoso.com"),
    (("ServiceMonitor", "dragoman"), ("spec", "endpoints", 0, "intervall"), "15s"),
    (("PrometheusRule", "dragoman"), ("spec", "groups", 0, "rules", 0, "expr"), None),
]

if __name__ == "__main__":
    verdict.main()
