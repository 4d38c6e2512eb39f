package io.amphora.composition.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.composition.Pki;
import io.amphora.controllers.certificates.CertificateAuthority;
import io.amphora.controllers.certificates.SubjectNames;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.machinery.x509.ClientCertificates;
import io.amphora.machinery.x509.Subject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the cluster's own certificates are good for.
final class PkiAttacksTest {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final List<String> NAMES = List.of("kubernetes", "10.96.0.1");

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-03-05T10:00:00Z"));
    private Pki pki;

    @BeforeEach
    void open() {
        pki = new Pki(folder, clock, Randomness.system());
    }

    @Test
    void the_api_servers_serving_certificate_makes_nobody_a_client() throws Exception {
        X509Certificate serving =
                read(pki.server("apiserver", "kube-apiserver", NAMES).certificate());
        assertThat(serving.getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
        assertThatThrownBy(() -> ClientCertificates.subject(serving)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_clients_certificate_serves_nobody() throws Exception {
        X509Certificate client = read(pki.client("admin", "kubernetes-admin", List.of("system:masters"))
                .certificate());
        assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
        assertThat(client.getSubjectAlternativeNames()).isNull();
        assertThat(ClientCertificates.subject(client).commonName()).isEqualTo("kubernetes-admin");
    }

    @Test
    void the_authoritys_own_certificate_makes_nobody_a_client() throws Exception {
        X509Certificate authority = read(Files.readString(folder.resolve("ca.crt")));
        assertThatThrownBy(() -> ClientCertificates.subject(authority)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_serving_certificate_of_before_that_clients_could_use_is_made_anew() throws Exception {
        String ours = pki.server("apiserver", "kube-apiserver", NAMES).certificate();
        assertThat(pki.server("apiserver", "kube-apiserver", NAMES).certificate())
                .isEqualTo(ours);
        keep("apiserver", ours);
        String made = pki.server("apiserver", "kube-apiserver", NAMES).certificate();
        assertThat(read(made).getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
    }

    /// The same certificate for both purposes.
    private void keep(String name, String certificate) throws IOException, CertificateException {
        X509Certificate read = read(certificate);
        String both = pki.signer()
                .sign(
                        new CertificateAuthority.Wanted(
                                SubjectNames.encoded(Subject.of("kube-apiserver", List.of())),
                                SubjectPublicKeyInfo.getInstance(
                                        read.getPublicKey().getEncoded()),
                                List.of(
                                        new GeneralName(GeneralName.dNSName, "kubernetes"),
                                        new GeneralName(GeneralName.iPAddress, "10.96.0.1")),
                                List.of("digital signature", "server auth", "client auth"),
                                BigInteger.TWO,
                                Duration.ofDays(365)),
                        clock.now());
        assertThat(read(both).getExtendedKeyUsage()).containsExactly(SERVER_AUTH, CLIENT_AUTH);
        Files.writeString(folder.resolve(name + ".crt"), both);
    }

    private static X509Certificate read(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
