"""An authority of this run's own, and a certificate of it for this machine's loopback name: as an operator gets one."""
import ssl
import subprocess


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def certify(folder):
    """(certificate with its chain, key, context that trusts only this authority); the authority itself: FOLDER/ca.pem."""
    ca, ca_key, key, asked, cert = (folder / n for n in ("ca.pem", "ca.key", "tls.key", "tls.csr", "tls.pem"))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-days", 300, "-subj",
            "/O=Rivage tests/CN=Authority of one test", "-keyout", ca_key, "-out", ca, "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", key,
            "-out", asked)
    said = folder / "tls.ext"
    said.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n"
                    "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", asked, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", 300, "-sha256", "-extfile", said,
            "-out", cert)
    key.chmod(0o600)
    return cert, key, ssl.create_default_context(cafile=ca)
