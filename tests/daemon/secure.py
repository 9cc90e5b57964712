# SPDX-License-Identifier: ISC
"""Certificates, users, and a client that speaks TLS."""

import base64
import os
import ssl
import subprocess

from test_smtp import HELLO, Client

# crypt(3), by mkpasswd: of "right" with the default cost, of "right" and of "x" cheaply.
YESCRYPT = "$y$j9T$0HvTCgIztwBM8Deby2ukS0$q23rhjYPWGsJ8c8tInjls44labxKN9ao4twM9WBTZS0"
SHA512 = ("$6$UswYzpjzU1pA7b5q$AG.Na/Ea/OZu7J4Z9bzwXlz1HsCYoR/"
          "L.yy8fCUW8nyyYNk9JEZOVLU56tvpjHvXlvT3C.nGTlxhqAJnjEF9S.")
CHEAP_X = "$y$j75$JynM27Jcg4gAaf8Tbdg4W/$Kk6VRrvw98yUrV4TJU1JcEOHESjW59zCrHhx63.S.J1"
USERS = f"# who may\ngw1:{SHA512}\nslow:{YESCRYPT}\n"


def make_certificate(folder, name="tls", kind=("ec", "ec_paramgen_curve:P-256"), days="30"):
    """NAME.pem and NAME.key, signed by itself; the paths."""
    certificate = os.path.join(folder, name + ".pem")
    key = os.path.join(folder, name + ".key")
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", kind[0], "-pkeyopt", kind[1],
         "-keyout", key, "-out", certificate, "-days", days, "-subj", "/CN=gw1.example.net",
         "-addext", "subjectAltName=DNS:gw1.example.net,IP:127.0.0.1"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.chmod(key, 0o600)
    return certificate, key


def options(folder, users=USERS, trusted="", **more):
    """Of [smtp], for a door with TLS and AUTH at which nobody is trusted."""
    certificate, key = make_certificate(folder)
    path = os.path.join(folder, "users")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(users)
    return {"tls_certificate": certificate, "tls_key": key, "users_file": path,
            "trusted_networks": trusted, **more}


def plain(user, password):
    """AUTH PLAIN with its response."""
    return b"AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()) + b"\r\n"


class SecureClient(Client):
    """A raw client that can say STARTTLS."""

    def wrap(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.stream.close()
        self.socket = context.wrap_socket(self.socket, server_hostname="gw1.example.net")
        self.stream = self.socket.makefile("rb")
        return self

    def secure(self, hello=True):
        self.greet()
        assert self.ask(b"STARTTLS\r\n").startswith("220 2.0.0 ")
        self.wrap()
        if hello:
            assert self.ask(HELLO).startswith("250-")
        return self

    def certificate(self):
        return self.socket.getpeercert(binary_form=True)
