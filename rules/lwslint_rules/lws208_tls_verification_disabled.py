"""LWS208: a TLS connection that does not verify the server."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.api import Finding, Level, Precision, Program, Rule, Unverified

_EFFECTS = {
    "LCCSCF_ALLOW_SELFSIGNED": "takes a certificate that anybody has made himself",
    "LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK": "takes the certificate of any other host",
    "LCCSCF_ALLOW_EXPIRED": "takes certificates that have expired",
    "LCCSCF_ALLOW_INSECURE": "takes the certificate of an issuer that nobody trusts",
}


class TlsVerificationDisabled(Rule):
    """Whoever is on the way can pretend to be the server."""

    code = "LWS208"
    name = "tls-verification-disabled"
    summary = "A TLS connection is always made with flags that turn off the verification of the server."
    level = Level.WARNING
    precision = Precision.HIGH
    cwe = (295,)
    tags = ("connect-info", "tls")
    security_severity = "7.4"
    first = "2.1"

    def check(self, program: Program) -> Iterator[Finding]:
        """Every statement that gives a connect such flags, whatever the program is told."""
        for found in program.unverified():
            yield self._judge(program, found)

    def _judge(self, program: Program, found: Unverified) -> Finding:
        effects = " and ".join(f"{flag} {_EFFECTS[flag]}" for flag in found.flags)
        where = ", though it never leaves this machine" if found.local else ""
        return self.finding(
            program.site_place(found.site),
            f"the connection does not verify the server{where}: {effects}",
            help="leave the flags out, and give the CA that signed the certificate in "
            "`client_ssl_ca_filepath`; for tests, set them by an option of the program",
            steps=program.unverified_steps(found),
            level=Level.NOTE if found.local else Level.WARNING,
            function=found.site.function.name,
            object=found.info.name,
        )
