"""An HTTP server that behaves as a test asks it to, on a free loopback port.

    http_server.py PORT_FILE [--port N] [--folder F] [--cert PEM --key PEM [--client-ca PEM]]

It writes its port to PORT_FILE once it serves. `/log` answers every request it has got, as JSON. What else it
does is in the functions below, named after the first part of the path; with --folder it serves the files in
there under `/files/`.
"""

import argparse
import base64
import gzip
import hashlib
import http.server
import json
import os
import ssl
import time
import urllib.parse

LOG = []
COUNTS = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.parts = [part for part in url.path.split("/") if part]
        name = self.parts[0] if self.parts else "ok"
        if name != "log":
            LOG.append({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}})
        try:
            getattr(self, "serve_" + name, self.serve_nothing)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    # Keeps what is posted as files in the folder; /busy/N answers 503 the first N times.
    def do_POST(self):
        parts = [part for part in self.path.split("/") if part]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if parts[0] == "busy" and self.count(self.path) <= int(parts[1]):
            self.answer("later", 503)
        elif parts[0] == "refuse":
            self.answer("not from you", 403)
        elif parts[0] == "known":
            self.answer("that is here already", 409)
        else:
            number = len([name for name in os.listdir(self.folder) if name.endswith(".batch")])
            with open(os.path.join(self.folder, "%d.batch" % number), "wb") as file:
                file.write(body)
            self.answer(status=201)

    def answer(self, body=b"", status=200, headers=()):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, value, status=200, headers=()):
        self.answer(json.dumps(value), status, [("Content-Type", "application/json"), *headers])

    def count(self, key):
        COUNTS[key] = COUNTS.get(key, 0) + 1
        return COUNTS[key]

    def break_off(self, body):
        """Promises more than `body`, and hangs up."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + 1000))
        self.end_headers()
        self.wfile.write(body.encode() if isinstance(body, str) else body)
        self.wfile.flush()
        self.close_connection = True

    def serve_nothing(self):
        self.answer("there is nothing here", 404)

    def serve_log(self):
        self.answer_json(LOG)

    def serve_ok(self):
        self.answer("hello")

    def serve_status(self):  # /status/CODE[?retry_after=S]
        headers = [("Retry-After", self.query["retry_after"])] if "retry_after" in self.query else []
        self.answer("no\n\twith  words\x1b[31m", int(self.parts[1]), headers)

    def serve_flaky(self):  # /flaky/N/CODE/KEY[?retry_after=S]: N times CODE, then well
        if self.count(self.path) > int(self.parts[1]):
            return self.serve_ok()
        self.parts = ["status", self.parts[2]]
        self.serve_status()

    def serve_redirect(self):  # /redirect?to=URL
        self.answer("", 302, [("Location", self.query["to"])])

    def serve_around(self):  # without end
        self.answer("", 302, [("Location", "/around/%d" % self.count("around"))])

    def serve_gzip(self):
        self.answer(gzip.compress(b"hello " * 100), 200, [("Content-Encoding", "gzip")])

    def serve_bomb(self):
        self.answer(gzip.compress(bytes(50_000_000)), 200, [("Content-Encoding", "gzip")])

    def serve_endless(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")

    def serve_truncated(self):
        self.break_off("half a")

    def serve_halfonce(self):  # /halfonce/KEY
        if self.count(self.path) > 1:
            return self.serve_ok()
        self.break_off("half a")

    def serve_hang(self):
        self.wfile.flush()
        time.sleep(30)
        self.close_connection = True

    def serve_basic(self):
        wanted = "Basic " + base64.b64encode(b"user:secret-pass").decode()
        if self.headers.get("Authorization") == wanted:
            return self.serve_ok()
        # What came is sent back, as badly written servers do.
        said = "wrong: %s" % self.headers.get("Authorization")
        self.answer(said, 401, [("WWW-Authenticate", 'Basic realm="test"')])

    def serve_files(self):
        path = os.path.join(self.folder, *self.parts[1:])
        if not os.path.isfile(path):
            return self.serve_nothing()
        with open(path, "rb") as file:
            body = file.read()
        etag = '"%s"' % hashlib.sha1(body).hexdigest()
        modified = self.date_time_string(os.stat(path).st_mtime)
        by_etag = self.headers.get("If-None-Match")
        unchanged = by_etag == etag if by_etag else self.headers.get("If-Modified-Since") == modified
        headers = [("ETag", etag), ("Last-Modified", modified)]
        self.answer(b"" if unchanged else body, 304 if unchanged else 200, headers)


def main(handler=Handler):
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file")
    parser.add_argument("--port", type=int, default=0)
    for name in ("--folder", "--cert", "--key", "--client-ca"):
        parser.add_argument(name)
    options = parser.parse_args()
    handler.folder = options.folder
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler)
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
        if options.client_ca:
            context.load_verify_locations(options.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(options.port_file + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(options.port_file + ".new", options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
