"""How the house ends and begins again: what is under way is answered, and without its key file it opens nothing."""
import http.client
import os
import pathlib
import signal
import socket
import time
import urllib.parse

import steps
from house import BUILD, PASSWORD


def ending(t, house):
    """Ctrl-C reaches every process at once; what is under way is still answered, by the vault too."""
    words = {name: pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for name, pid in house.children().items()}
    t.check("web is not told where the key file is", b"--key-file" in words["vault"] and b"--key-file" not in words["web"])
    excuse = "this build is for tests" if BUILD.name in ("build-asan", "build-valgrind") else "no Landlock"
    t.check("and cannot open it, where the system has Landlock", "web is not kept from" not in house.log.read_text() or
            excuse in house.log.read_text())
    body = urllib.parse.urlencode([("login", "cmf"), ("password", "not hers"), ("code", "123456")]).encode()
    link = socket.create_connection(("127.0.0.1", house.port), 30)
    link.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n"
                 b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:9])
    time.sleep(0.5)
    os.killpg(house.process.pid, signal.SIGINT)
    time.sleep(0.5)
    t.check("nobody new comes in", steps.soon(lambda: refused(house.port), 5))
    link.sendall(body[9:])
    answer = http.client.HTTPResponse(link)
    answer.begin()
    text = answer.read().decode()
    t.check("what was under way is answered", answer.status == 422 and "is not right" in text, answer.status)
    t.same("and all end well", house.process.wait(20), 0)
    house.process = None
    t.check("without a complaint", "stopping" not in house.log.read_text(), house.log.read_text()[-600:])
    house.start()
    for name in ("vault", "web"):
        os.kill(house.children()[name], signal.SIGKILL)
        t.same(f"{name} is killed: the others end, and with a code", house.process.wait(20), 1)
        house.process = None
        t.check("which the log tells", f"the {name} process ended; stopping" in house.log.read_text(), house.log.read_text()[-300:])
        house.start()


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return False
    except ConnectionRefusedError:
        return True


def sealed(t, house):
    """Last: the server is started anew, without its key file."""
    cmf = house.sign_in("cmf")
    house.stop()
    house.start(sealed=True)
    page = cmf.get("/sign-in")
    t.check("sealed: the page says so", page.status == 200 and "sealed" in page.text and "/unseal" in page.text, page.status)
    t.check("nothing else opens", cmf.get("/").status == 503 and cmf.get("/cases").status == 503 and
            house.visitor().get("/signaler/formulaire").status == 503)
    reply = cmf.post("/sign-in", [("login", "cmf"), ("password", PASSWORD), ("code", "123456")])
    t.same("nobody signs in", reply.status, 503)
    reply = cmf.post("/unseal", [("passphrase", "not the passphrase")])
    t.check("a wrong passphrase: refused", reply.status == 422 and "not the passphrase of the installation" in reply.text, reply.status)
    secret = house.key.read_text().strip()
    t.check("guessing is slowed", house.visitor().post("/unseal", [("passphrase", "again")]).status in (422, 429))
    opened = steps.soon(lambda: house.visitor().post("/unseal", [("passphrase", secret)]).status == 303, 5)
    t.check("the right one opens it", opened)
    t.check("who was signed in still is, or signs in again", cmf.get("/").status in (200, 303))
    t.same("and who comes anew can sign in", house.sign_in("trn").get("/account").status, 200)
