#!/usr/bin/env python3
"""Slow clients against a running server: slow.py PORT [PATH [CONNECTIONS [SECONDS]]]

CONNECTIONS clients from 127.0.0.2 send a byte a second: half in a head, half in a body; those the server closes
try again.  From 127.0.0.1 an honest client asks for PATH ten times a second, as long before the attack as during it.
Passes when each of its requests is answered with 200 within 50 ms (on a busy machine: within twice the longest wait
before the attack), and slow connections are closed: heads within 15 s, bodies within 75 s."""
import socket
import sys
import time

PORT = int(sys.argv[1])
PATH = (sys.argv[2] if len(sys.argv) > 2 else "/").encode()
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 500
SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 15
OLDEST = (15, 75)  # seconds that the server may wait for a head, a body
ALLOWED_MS = 50
OPENINGS = (
    b"GET " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: ",
    b"POST " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000\r\n\r\n",
)


class Dripper:
    """One slow connection that is opened again whenever it is closed."""

    def __init__(self, kind):
        self.kind = kind % 2
        self.opening = OPENINGS[self.kind]
        self.ages = []
        self.socket = None

    def open(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.2", 0))
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", PORT))
        self.born = time.monotonic()
        self.greeted = False

    def drip(self):
        try:
            if self.socket is None:
                self.open()
                return
            self.socket.send(b"a" if self.greeted else self.opening)
            self.greeted = True
            if not self.socket.recv(4096):
                raise ConnectionError
        except BlockingIOError:
            pass
        except OSError:
            self.ages.append(time.monotonic() - self.born)
            self.socket.close()
            self.socket = None


def honest():
    """Milliseconds until the whole answer is there, or None."""
    began = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", PORT), 3, ("127.0.0.1", 0)) as s:
            s.settimeout(3)
            s.sendall(b"GET " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            data = b""
            while chunk := s.recv(65536):
                data += chunk
    except OSError:
        return None
    return (time.monotonic() - began) * 1000 if data.startswith(b"HTTP/1.1 200 ") else None


def outlived(drippers):
    """How many connections were, or are, open beyond the deadline of their kind."""
    now = time.monotonic()
    return sum(age > OLDEST[d.kind] for d in drippers for age in d.ages + ([now - d.born] if d.socket else []))


def main():
    calm = [honest() or 0 for _ in range(int(SECONDS * 10)) if not time.sleep(0.09)]
    allowed = max(ALLOWED_MS, 2 * max(calm))
    drippers = [Dripper(i) for i in range(COUNT)]
    began = time.monotonic()
    times, unanswered, turn = [], 0, 0
    while time.monotonic() - began < SECONDS:
        # A tenth of them at a time, so that this program itself does not hold up the honest client.
        for d in drippers[turn % 10 :: 10]:
            d.drip()
        turn += 1
        ms = honest()
        if ms is None:
            unanswered += 1
        else:
            times.append(ms)
        time.sleep(0.09)
    ages = sorted(a for d in drippers for a in d.ages)
    times.sort()
    worst = times[-1] if times else float("inf")
    old, closed = outlived(drippers), {kind: sum(len(d.ages) for d in drippers if d.kind == kind) for kind in (0, 1)}
    alive = sum(d.socket is not None for d in drippers)
    print(f"slow: {COUNT} connections, {alive} open at the end, {len(ages)} closed by the server"
          + (f", the oldest after {ages[-1]:.1f} s" if ages else ""))
    print(f"honest: {len(times)} answered, {unanswered} not; median {times[len(times) // 2]:.1f} ms, worst {worst:.1f} ms "
          f"({max(calm):.1f} ms before)"
          if times else "honest: none answered")
    due = all(closed[kind] or SECONDS < OLDEST[kind] for kind in (0, 1))
    print(f"closed: {closed[0]} heads, {closed[1]} bodies; {old} beyond their deadline")
    ok = not unanswered and worst <= allowed and not old and due
    print("1 passed, 0 failed" if ok else "0 passed, 1 failed")
    sys.exit(not ok)


main()
