"""A throw-away certificate authority: EC P-256 keys, a day to live unless told, made by the openssl command."""

import pathlib
import subprocess

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Authority:
    def __init__(self, folder, name="Throw-away CA", days=1):
        self.folder, self.days = pathlib.Path(folder), days
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "ca.crt"
        self._key = self.folder / "ca.key"
        _openssl("req", "-x509", *NEW_KEY, "-keyout", self._key, "-out", self.certificate, "-days", days,
                 "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, label, *names, days=None):
        """(certificate file, key file) for a server known by the DNS `names`; usable at both ends of TLS."""
        certificate, key = self.folder / f"{label}.crt", self.folder / f"{label}.key"
        request, extensions = self.folder / f"{label}.csr", self.folder / f"{label}.ext"
        extensions.write_text("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                              "extendedKeyUsage=serverAuth,clientAuth\n"
                              f"subjectAltName={','.join('DNS:' + name for name in names)}\n")
        _openssl("req", "-new", *NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={names[0]}")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
                 "-CAcreateserial", "-days", days or self.days, "-extfile", extensions, "-out", certificate)
        return certificate, key


def _openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr}")
