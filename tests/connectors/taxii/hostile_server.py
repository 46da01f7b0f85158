"""A TAXII 2.1 server that is broken or means harm, in the way that the first part of the path names.

    hostile_server.py PORT_FILE [--port N]

The collection of each is /WAY/collections/c/. All hold fifty indicators, ten on a page, five added at a time.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import http_server  # noqa: E402

FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"


def indicator(i):
    return {"type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-%012d" % i,
            "created": "2024-01-01T00:00:00Z", "modified": "2024-01-01T00:00:00Z",
            "pattern_type": "stix", "pattern": "[domain-name:value = 'host%d.evil.example']" % i,
            "valid_from": "2024-01-01T00:00:00Z"}


def date(i):
    return "2024-02-01T00:00:%02d.000000Z" % (i // 5)


class Hostile(http_server.Handler):
    left = {}  # of each `next`: what was not sent yet

    def do_GET(self):
        way = self.path.split("/")[1]
        if way == "log" or "/objects/" in self.path or not hasattr(self, "objects_" + way):
            return super().do_GET()
        self.answer_json({"id": "c", "title": way, "can_read": True})

    def __getattr__(self, name):
        if name.startswith("serve_"):
            return object.__getattribute__(self, "objects_" + name[len("serve_"):])
        raise AttributeError(name)

    def wanted(self):
        after = self.query.get("added_after", "")
        return [i for i in range(50) if date(i) > after]

    def page(self, numbers, more, token=None, headers=None):
        envelope = {"more": more, "objects": [indicator(i) for i in numbers]}
        if token:
            envelope["next"] = token
        if headers is None:
            headers = [(FIRST, date(numbers[0])), (LAST, date(numbers[-1]))] if numbers else []
        self.answer_json(envelope, 200, headers)

    def take(self):
        """The next ten, as a server that keeps count: what it sent once it does not send again."""
        key = self.path.split("/")[1]
        if "next" not in self.query:
            self.left[key] = self.wanted()
        numbers, self.left[key] = self.left[key][:10], self.left[key][10:]
        return numbers, bool(self.left[key])

    def paged(self, ill, times=1):
        """Well, but for the second page, of which `ill` happens that often."""
        numbers, more = self.take()
        if "next" in self.query and self.count(self.path.split("/")[1]) <= times:
            return ill(numbers)
        self.page(numbers, more, "state" if more else None)

    def objects_same(self):
        self.page(list(range(10)), True, "same")

    def objects_forever(self):
        n = self.count("forever") * 10
        self.page(list(range(n, n + 10)), True, "page%d" % n, [(FIRST, date(n % 50)), (LAST, date(n % 50))])

    def objects_hollow(self):
        self.page(list(range(10)) if "next" not in self.query else [], True, "n%d" % self.count("hollow"))

    def objects_gap(self):  # one page without objects, and then the rest
        numbers, more = ([], True) if self.query.get("next") == "gap" else self.take()
        token = "gap" if "next" not in self.query else "state"
        self.page(numbers, more, token if more else None)

    def objects_elsewhere(self):
        other = "http://localhost:%d/" % self.server.server_address[1]
        self.paged(lambda _: self.answer("", 302, [("Location", other + "stolen")]))

    def objects_large(self):
        self.paged(lambda _: self.answer(b'{"objects": [' + b" " * 3_000_000))

    def objects_html(self):
        self.paged(lambda _: self.answer("<html><body>Please log in</body></html>"))

    def objects_busy(self):  # refuses before it does anything
        if "next" in self.query and self.count("busy") == 1:
            return self.answer("slowly", 429, [("Retry-After", "1")])
        self.paged(None, 0)

    def objects_broken(self):
        self.paged(lambda _: self.break_off('{"objects": [{"type": "indi'))

    def objects_cut(self):  # the same, and nothing of HTTP tells it
        self.paged(lambda _: self.answer('{"objects": [{"type": "indi'))

    def objects_deep(self):
        self.paged(lambda _: self.answer('{"objects": ' + "[" * 100_000 + "]" * 100_000 + "}"))

    def objects_bydate(self):  # no `next`
        numbers = self.wanted()
        self.page(numbers[:10], len(numbers) > 10)

    def objects_onemoment(self):  # no `next`, and everything added at once
        self.page(list(range(10)), True, None, [(FIRST, date(0)), (LAST, date(0))])

    def objects_undated(self):
        numbers, more = self.take()
        self.page(numbers, more, "state" if more else None, [])

    def objects_backwards(self):
        if "next" not in self.query:
            self.left["backwards"] = self.wanted()[::-1]
            numbers, self.left["backwards"] = self.left["backwards"][:10], self.left["backwards"][10:]
            return self.page(numbers, True, "state")
        self.paged(lambda _: self.break_off("{"))

    def objects_error(self):
        self.answer_json({"title": "out of order", "http_status": "500"})


if __name__ == "__main__":
    http_server.main(Hostile)
