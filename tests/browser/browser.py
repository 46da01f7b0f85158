"""A headless browser that a test drives over a pair of pipes (the DevTools protocol); nothing but Python."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find_browser():
    """POLDER_BROWSER or CHROME, else one that is installed; Ubuntu's is often a stub for a snap, which does not
    reach files in other folders."""
    for variable in ("POLDER_BROWSER", "CHROME"):
        if os.environ.get(variable):
            return os.environ[variable]
    for name in NAMES:
        path = shutil.which(name)
        if path and not is_snap(path):
            return path
    return None


def is_snap(path):
    if path.startswith("/snap/") or os.path.basename(os.path.realpath(path)) == "snap":
        return True
    with open(path, "rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"/snap/bin" in start


class Browser:
    """One page. Every message, error and request of the page is kept."""

    def __init__(self, path, dark=False, timeout_s=60):
        self.profile = tempfile.mkdtemp(prefix="polder-browser-")
        self.deadline = time.monotonic() + timeout_s
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        command = [path, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
                   "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
                   "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + self.profile]
        if os.geteuid() == 0 or os.environ.get("CI"):
            command.append("--no-sandbox")  # it needs a namespace that root and containers do not get
        # The protocol is spoken on the descriptors 3 and 4; dup2 by a shell, since ours may be just these.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec 8<&{to_browser} 9>&{from_browser}; exec 3<&8 4>&9 8<&- 9>&-; exec "$@"', "sh"] + command,
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def close(self):
        os.close(self.write_end)
        os.close(self.read_end)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def receive(self):
        while b"\0" not in self.buffer:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise TimeoutError("the browser did not answer in time")
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise ConnectionError("the browser ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path):
        """Loads a file and waits until its scripts have run."""
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        while self.value("document.readyState") != "complete":
            time.sleep(0.02)

    def value(self, expression):
        """What a JavaScript expression, or a promise, comes to."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def click(self, selector):
        """A real click of the mouse in the middle of an element."""
        box = self.value(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const b = e.getBoundingClientRect();
            return [b.x + b.width / 2, b.y + b.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.settle()

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)
        self.settle()

    def settle(self):
        self.value("new Promise(done => setTimeout(done, 60))")

    def errors(self):
        """What the page complained of: exceptions, console errors and warnings, refusals of its policy."""
        self.settle()
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"]))
            if event.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
                found.append(str(params["args"]))
            if event.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(params["entry"]["text"])
        return found

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def picture(self, path, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.settle()
        self.settle()
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
