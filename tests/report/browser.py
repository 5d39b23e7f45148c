"""Chromium without a window and without a network, for the tests of pages."""
import json
import pathlib
import struct
import zlib

PROBE = (pathlib.Path(__file__).parent / "probe.js").read_text()


class Browser:
    def __init__(self, work):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run",
                       "disable-background-networking", "disable-component-update", "disable-extensions",
                       "host-resolver-rules=MAP * ~NOTFOUND", f"user-data-dir={work}/profile", "window-size=1200,900"):
            options.add_argument("--" + switch)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        # told where it is, selenium looks for no other
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_script_timeout(20)
        self.command("Network.emulateNetworkConditions",
                     {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0})

    def command(self, name, arguments=None):
        return self.driver.execute_cdp_cmd(name, arguments or {})

    def open(self, page, width=1200, scripts=True):
        """Loads a file; what was requested and said on the console by others before it is forgotten."""
        self.command("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        self.command("Emulation.setDeviceMetricsOverride",
                     {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.get_log("performance"), self.driver.get_log("browser")
        self.driver.get(pathlib.Path(page).resolve().as_uri())
        if scripts:
            self.command("Runtime.evaluate", {"expression": PROBE})

    def media(self, **features):
        self.command("Emulation.setEmulatedMedia",
                     {"features": [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def ask(self, question):
        """The value of a JavaScript expression, which may be a promise."""
        answer = self.command("Runtime.evaluate", {"expression": question, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def press(self, key, control=False):
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
                 "End": 35, "Home": 36, "PageUp": 33, "PageDown": 34}
        event = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": codes[key],
                 "modifiers": 2 if control else 0}
        if key in ("Enter", " "):
            event["text"] = "\r" if key == "Enter" else " "
        self.command("Input.dispatchKeyEvent", {**event, "type": "keyDown"})
        event.pop("text", None)
        self.command("Input.dispatchKeyEvent", {**event, "type": "keyUp"})

    def requests(self):
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]

    def console(self):
        return [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")]

    def accessible(self):
        """(role, name) of all that a reader of the screen meets."""
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]

    def pixels(self, selector):
        """The distinct colours of an element's picture."""
        element = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        return colours_of(element.screenshot_as_png)

    def close(self):
        self.driver.quit()


def decoded(png):
    """Width, bytes a pixel, and the unfiltered rows of a PNG of 8 bits a channel. ValueError for a damaged one, which
    browsers would show in part."""
    at, data, header, ended = 8, b"", b"", False
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body, (check,) = png[at + 8:at + 8 + length], struct.unpack(">I", png[at + 8 + length:at + 12 + length])
        if check != zlib.crc32(kind + body):
            raise ValueError(f"a picture's {kind.decode()} is damaged")
        header, data = (body if kind == b"IHDR" else header), data + (body if kind == b"IDAT" else b"")
        ended |= kind == b"IEND"
        at += 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", header[:10])
    size, raw = {0: 1, 2: 3, 6: 4}[kind], zlib.decompress(data)
    if depth != 8 or not ended or len(raw) != height * (width * size + 1):
        raise ValueError(f"a picture of {width}×{height} has {len(raw)} bytes")
    return width, size, raw


def colours_of(png):
    """Distinct colours of a PNG."""
    width, size, raw = decoded(png)
    stride, above, colours = width * size, bytes(width * size), set()
    for begin in range(0, len(raw), stride + 1):
        how, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + stride])
        for i in range(stride):
            left, up, corner = (line[i - size] if i >= size else 0), above[i], (above[i - size] if i >= size else 0)
            guess = left + up - corner
            near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            line[i] = (line[i] + (0, left, up, (left + up) // 2, near)[how]) & 255
        above = bytes(line)
        colours.update(above[i:i + 3] for i in range(0, stride, size))
    return colours
