#!/usr/bin/env python3
"""Ambiguous requests, raw, against a running server: framing.py PORT [PATH]

PATH answers GET with 200.  Each probe is sent on its own connection, and again behind a good request on a
connection that is kept alive.  A probe passes when it is refused (4xx, 5xx) or the connection is closed; it fails
when it is served, or when the server waits for more.  Exit 0 when all pass."""
import socket
import sys

PORT = int(sys.argv[1])
PATH = (sys.argv[2] if len(sys.argv) > 2 else "/").encode()
HOST = b"Host: 127.0.0.1\r\n"
GET = b"GET " + PATH + b" HTTP/1.1\r\n" + HOST
POST = b"POST " + PATH + b" HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"

PROBES = {
    "both length and chunks": CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths that differ": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "two lengths alike": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "length with a plus": POST + b"Content-Length: +5\r\n\r\nabcde",
    "length as a list": POST + b"Content-Length: 5,5\r\n\r\nabcde",
    "length below zero": POST + b"Content-Length: -1\r\n\r\n",
    "length in hexadecimal": POST + b"Content-Length: 0x5\r\n\r\nabcde",
    "length beyond 64 bits": POST + b"Content-Length: 18446744073709551621\r\n\r\nabcde",
    "coding nobody knows": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "coding behind a tab": POST + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "coding with a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunk size with 0x": CHUNKED + b"\r\n0x5\r\nabcde\r\n0\r\n\r\n",
    "chunk extension with a control byte": CHUNKED + b"\r\n5;x=\x01\r\nabcde\r\n0\r\n\r\n",
    "chunk size too long": CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n",
    "blank before the colon": GET + b"X-a : 1\r\n\r\n",
    "bare line feeds": b"GET " + PATH + b" HTTP/1.1\nHost: 127.0.0.1\n\n",
    "one bare line feed": GET + b"X-a: 1\nX-b: 2\r\n\r\n",
    "one bare line feed, evened out": GET + b"X-a: 1\nX-b:  2\r\n\r\n",
    "bare carriage return": GET + b"X-a: 1\rX-b: 2\r\n\r\n",
    "folded line": GET + b"X-a: 1\r\n b\r\n\r\n",
    "folded length": POST + b"Content-Length:\r\n 5\r\n\r\nabcde",
    "no Host": b"GET " + PATH + b" HTTP/1.1\r\n\r\n",
    "two Hosts": GET + b"Host: other\r\n\r\n",
    "NUL in a value": GET + b"X-a: a\0b\r\n\r\n",
    "NUL in a name": GET + b"X\0a: b\r\n\r\n",
    "NUL that ends the head early": GET + b"\0Content-Length: 5\r\n\r\n",
    "version 1.9": b"GET " + PATH + b" HTTP/1.9\r\n" + HOST + b"\r\n",
    "version in small letters": b"GET " + PATH + b" http/1.1\r\n" + HOST + b"\r\n",
    "64 KB of head": GET + b"X-a: " + b"a" * 65536 + b"\r\n\r\n",
    "tabs in the request line": b"GET\t" + PATH + b"\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "two blanks in the request line": b"GET  " + PATH + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "body behind GET": GET + b"Content-Length: 5\r\n\r\nabcde",
}


def answers(request, lead=b""):
    """Status codes the server sent, until it closes; "hang" at the end when it does not."""
    data = b""
    codes = []
    with socket.create_connection(("127.0.0.1", PORT), 3, ("127.0.0.2", 0)) as s:
        s.settimeout(1.5)
        try:
            s.sendall(lead + request)
            while chunk := s.recv(65536):
                data += chunk
        except TimeoutError:
            codes = ["hang"]
        except OSError:
            pass
    return [line[9:12].decode() for line in data.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")] + codes


def refused(codes):
    return all(c[0] in "45" for c in codes)


def main():
    good = answers(GET + b"Connection: close\r\n\r\n")
    if good != ["200"]:
        sys.exit(f"{PATH.decode()} does not answer 200 but {good}")
    failed = 0
    for name, request in PROBES.items():
        alone = answers(request)
        behind = answers(request, GET + b"\r\n")
        ok = refused(alone) and behind[:1] in (["200"], []) and refused(behind[1:])
        failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}: {' '.join(alone) or 'closed'}")
    print(f"{len(PROBES) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
