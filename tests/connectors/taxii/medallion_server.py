"""OASIS's TAXII 2.1 server, medallion, with its in-memory backend and data made for a test.

    medallion_server.py PORT_FILE [--port N] [--objects N] [--page N] [--slow]

User `user`, password `secret-pass`. The collection INDICATORS holds the indicators; forty at a time were added
in the same moment, so that pages end in the midst of one. The identity that made them and the marking that is
on them were added last. With --slow the second page and those behind it come in two halves, with seconds
between them.
"""

import argparse
import json
import os
import time

import medallion
from werkzeug.serving import make_server

INDICATORS = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
PRIVATE = "64993447-4d7e-4f70-b94d-d7f33742ee63"
IDENTITY = "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff"
MARKING = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
TIME = "2024-01-01T00:00:00.000Z"


def indicator(i):
    return {
        "type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-%012d" % i,
        "created": TIME, "modified": TIME, "valid_from": TIME, "created_by_ref": IDENTITY,
        "object_marking_refs": [MARKING], "pattern_type": "stix", "indicator_types": ["malicious-activity"],
        "pattern": "[domain-name:value = 'host%d.evil.example']" % i,
    }


def data(port, count):
    objects = [indicator(i) for i in range(count)]
    dates = ["2024-02-01T00:00:%02d.123456Z" % (i // 40) for i in range(count)]
    objects.append({"type": "identity", "spec_version": "2.1", "id": IDENTITY, "created": TIME,
                    "modified": TIME, "name": "Member Seven", "identity_class": "organization"})
    objects.append({"type": "marking-definition", "spec_version": "2.1", "id": MARKING, "created": TIME,
                    "definition_type": "statement", "definition": {"statement": "ours"}})
    objects.append({"type": "malware", "spec_version": "2.1", "created": TIME, "modified": TIME, "name": "m",
                    "is_family": False, "id": "malware--c0931cc6-c75e-47e5-9036-78fabc95d4ec"})
    dates += ["2024-02-01T00:01:00.000000Z"] * 3
    manifest = [{"id": o["id"], "date_added": d, "version": o.get("modified", TIME),
                 "media_type": "application/stix+json;version=2.1"} for o, d in zip(objects, dates)]
    media = ["application/stix+json;version=2.1"]
    return {
        "/discovery": {"title": "Test", "default": "http://127.0.0.1:%d/api1/" % port,
                       "api_roots": ["http://127.0.0.1:%d/api1/" % port, "http://feeds.example/api2/"]},
        "api1": {
            "information": {"title": "One", "versions": ["application/taxii+json;version=2.1"],
                            "max_content_length": 9765625},
            "status": [],
            "collections": [
                {"id": INDICATORS, "title": "Indicators", "description": "all", "can_read": True,
                 "can_write": True, "media_types": media, "objects": objects, "manifest": manifest},
                {"id": PRIVATE, "title": "Private", "can_read": False, "can_write": False,
                 "media_types": media, "objects": [], "manifest": []},
            ],
        },
    }


class InHalves:
    """Sends the pages behind the first in two halves."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        body = b"".join(self.app(environ, start_response))
        if "next=" not in environ.get("QUERY_STRING", ""):
            return [body]
        return self.halves(body)

    @staticmethod
    def halves(body):
        yield body[: len(body) // 2]
        time.sleep(5)
        yield body[len(body) // 2 :]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--objects", type=int, default=250)
    parser.add_argument("--page", type=int, default=100)
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()

    app = medallion.application_instance
    server = make_server("127.0.0.1", options.port, app, threaded=True)
    data_file = options.port_file + ".data"
    with open(data_file, "w") as file:
        json.dump(data(server.server_port, options.objects), file)
    config = {
        "users": {"user": "secret-pass"},
        "taxii": {"max_page_size": options.page},
        "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                    "filename": data_file},
    }
    for part in config:
        medallion.set_config(app, part, config)
    medallion.register_blueprints(app)
    if options.slow:
        app.wsgi_app = InHalves(app.wsgi_app)
    with open(options.port_file + ".new", "w") as file:
        file.write(str(server.server_port))
    os.rename(options.port_file + ".new", options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
