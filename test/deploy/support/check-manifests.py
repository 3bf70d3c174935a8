"""Checks Kubernetes manifests (YAML, standard input) against the schemas of a version, the first argument, and of the CRDs in the files
that the others name. What no schema knows is wrong. Writes one line for each fault, and ends with 1 if there is one."""

import sys

import jsonschema
import kubernetes_validate
import yaml


def closed(schema):
    """The schema, without room for what it does not name."""
    if isinstance(schema, dict):
        inner = {name: closed(value) for name, value in schema.items()}
        if "properties" in inner and "additionalProperties" not in inner:
            inner["additionalProperties"] = False
        return inner
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


def crds(files):
    for file in files:
        with open(file, encoding="utf-8") as text:
            spec = yaml.safe_load(text)["spec"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            # Of these a CRD says only that they are objects.
            schema["properties"]["metadata"] = {"type": "object"}
            yield f"{spec['group']}/{version['name']} {spec['names']['kind']}", schema


version, *files = sys.argv[1:]
custom = dict(crds(files))
manifests = [one for one in yaml.safe_load_all(sys.stdin) if one]
faults = [] if manifests else ["there are no manifests"]
for manifest in manifests:
    kind = f"{manifest['apiVersion']} {manifest['kind']}"
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    try:
        if kind in custom:
            jsonschema.Draft202012Validator(custom[kind]).validate(manifest)
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
    except (kubernetes_validate.ValidationError, jsonschema.ValidationError) as error:
        faults.append(f"{name}: {'.'.join(map(str, error.path))}: {error.message}")
    except kubernetes_validate.SchemaNotFoundError:
        faults.append(f"{name}: there is no schema of {kind}")
print("\n".join(faults))
sys.exit(1 if faults else 0)
