"""The manifests of deploy/kubernetes as Python values, the way kustomize composes them.

Only what these kustomizations use is known here; manifests_test.py holds the result against kubectl's.
"""

import pathlib

import yaml

from tools import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ["overlays/single-node", "overlays/production"]
OPTIONS = ["options/certificates", "options/monitoring"]
ROLES = ("router", "sip-frontend", "xmpp-frontend")
KNOWN = {"apiVersion", "kind", "bases", "resources", "configMapGenerator", "generatorOptions", "images", "namespace"}


def compose(name):
    """The objects of the kustomization in the folder `name` of deploy/kubernetes."""
    folder = KUBERNETES / name
    said = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert said.keys() <= KNOWN, said.keys() - KNOWN
    objects = []
    for base in said.get("bases", []):
        objects += compose((folder / base).resolve().relative_to(KUBERNETES))
    for file in said.get("resources", []):
        objects += [it for it in yaml.safe_load_all((folder / file).read_text()) if it]
    for generated in said.get("configMapGenerator", []):
        data = {file: (folder / file).read_text() for file in generated["files"]}
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generated["name"]}, "data": data})
    for it in objects:
        if said.get("namespace") and it["kind"] != "Namespace":
            it["metadata"]["namespace"] = said["namespace"]
        for container in containers(it):
            for image in said.get("images", []):
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return objects


def key(it):
    return it["kind"], it["metadata"]["name"]


def by_name(objects):
    """(kind, name) -> object."""
    found = {key(it): it for it in objects}
    assert len(found) == len(objects), "two objects of one name"
    return found


def of_kind(objects, kind):
    return [it for it in objects if it["kind"] == kind]


def pod_of(it):
    """The pod's spec of a workload, or None."""
    return it.get("spec", {}).get("template", {}).get("spec") if it["kind"] in ("Deployment", "StatefulSet") else None


def containers(it):
    pod = pod_of(it)
    return pod["containers"] if pod else []


def labels_of(it):
    """The labels of a workload's pods."""
    return it["spec"]["template"]["metadata"]["labels"]


def selects(selector, labels):
    """Whether a label selector with matchLabels and matchExpressions of `In` selects `labels`."""
    assert selector.keys() <= {"matchLabels", "matchExpressions"}, selector
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In", expression
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
