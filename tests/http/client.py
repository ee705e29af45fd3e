"""A browser without pictures: cookies, forms, sign-in.  Python's standard library only."""
import base64
import hashlib
import hmac
import html
import http.client
import re
import struct
import time
import urllib.parse


def code_of(secret, step=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    count = int(time.time()) // 30 + step
    mac = hmac.new(key, struct.pack(">Q", count), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")

    @property
    def location(self):
        return self.headers.get("location", "")

    def hidden(self, name, nth=0):
        found = re.findall(r'name="%s" value="([^"]*)"' % name, self.text)
        return html.unescape(found[nth]) if len(found) > nth else ""

    def errors(self):
        return re.findall(r'class="emsg"[^>]*>(.*?)</', self.text)


class Browser:
    def __init__(self, port, language="en", source=None, patience=30, tls=None):
        self.port, self.language, self.cookies, self.source, self.patience = port, language, {}, source, patience
        self.tls = tls  # an ssl.SSLContext, where TLS is served
        self.prove = None  # () -> (password, code): answers the page that asks for them once more

    def request(self, method, path, pairs=None, headers=None, raw=None):
        sent = {"Accept-Language": self.language, **(headers or {})}
        body = raw
        if self.cookies:
            sent["Cookie"] = self.cookie_header()
        if pairs is not None:
            body = urllib.parse.urlencode(pairs)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        how = {"timeout": self.patience, "source_address": (self.source, 0) if self.source else None}
        link = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, **how) if self.tls else \
            http.client.HTTPConnection("127.0.0.1", self.port, **how)
        try:
            link.request(method, path, body, sent)
            got = link.getresponse()
            return self.understood(got, got.read())
        finally:
            link.close()

    def cookie_header(self):
        return "; ".join(f"{'__Host-' if self.tls else ''}{k}={v}" for k, v in self.cookies.items())

    def understood(self, got, body):
        """The reply, once the cookies it sets are kept."""
        reply = Reply(got.status, {}, body)
        for name, value in got.getheaders():
            reply.headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _, content = value.split(";")[0].partition("=")
                self.cookies[cookie.removeprefix("__Host-")] = content
        return reply

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, pairs, **kw):
        reply = self.request("POST", path, pairs=pairs, **kw)
        if reply.status == 422 and self.prove and 'name="again_password"' in reply.text:
            return self.request("POST", path, pairs=self.again(reply), **kw)
        return reply

    def again(self, reply, proof=None):
        """The fields of the page that asks for password and code, filled as its person would."""
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', reply.text)
        password, code = proof or self.prove()
        return [(n, html.unescape(v)) for n, v in fields] + [("again_password", password), ("again_code", code)]

    def sign_in(self, login, password, secret, step=0):
        return self.post("/sign-in", [("login", login), ("password", password), ("code", code_of(secret, step)), ("back", "/")])
