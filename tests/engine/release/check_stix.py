#!/usr/bin/env python3
"""check_stix.py SCHEMAS.tar.zst BUNDLE.json: checks every object under OASIS's schema of its type, and what the
specification asks for beyond them. Exit 0: valid; 3: not, with the reasons; 77: cannot check."""
import io
import json
import subprocess
import sys
import tarfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def read_schemas(archive):
    try:
        tar = subprocess.run(["zstd", "-dc", archive], check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        sys.exit(77)
    schemas = {}
    with tarfile.open(fileobj=io.BytesIO(tar)) as files:
        for member in files:
            # `interop` is a profile that asks for more than the standard does.
            if member.isfile() and member.name.endswith(".json") and "/interop/" not in "/" + member.name:
                schema = json.load(files.extractfile(member))
                if "$id" in schema:  # else it describes the archive
                    schemas[schema["$id"]] = schema
    return schemas


def validator_of(schemas, schema):
    try:
        from referencing import Registry, Resource

        registry = Registry().with_resources((id, Resource.from_contents(s)) for id, s in schemas.items())
        return jsonschema.Draft202012Validator(schema, registry=registry)
    except ImportError:
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=schemas)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)


def beyond_schemas(objects):
    by_id = {}
    for one in objects:
        if one["id"] in by_id:
            yield f"{one['id']}: twice"
        by_id[one["id"]] = one
        if not one["id"].startswith(one["type"] + "--"):
            yield f"{one['id']}: not of its type"
        if one.get("modified", one["created"]) < one["created"]:
            yield f"{one['id']}: modified before it was created"
        if one.get("last_seen", "9") < one.get("first_seen", ""):
            yield f"{one['id']}: last seen before it was first seen"
    for one in objects:
        references = one.get("object_marking_refs", []) + one.get("where_sighted_refs", [])
        references += [one["created_by_ref"]] if "created_by_ref" in one else []
        for reference in references:
            if reference not in by_id:
                yield f"{one['id']}: {reference} is not in the bundle"


def main():
    schemas = read_schemas(sys.argv[1])
    by_type = {id.rsplit("/", 1)[1].removesuffix(".json"): schema for id, schema in schemas.items()}
    with open(sys.argv[2], encoding="utf-8") as file:
        bundle = json.load(file)
    reasons = []
    for one in [bundle] + bundle.get("objects", []):
        schema = by_type.get(one.get("type", "bundle"))
        if schema is None:
            reasons.append(f"{one.get('type')}: no such type")
            continue
        errors = validator_of(schemas, schema).iter_errors(one)
        reasons += [f"{one.get('id')}: {error.message[:300]} at {list(error.path)}" for error in errors]
    if not reasons:
        reasons += beyond_schemas(bundle.get("objects", []))
    print("\n".join(reasons))
    sys.exit(3 if reasons else 0)


main()
