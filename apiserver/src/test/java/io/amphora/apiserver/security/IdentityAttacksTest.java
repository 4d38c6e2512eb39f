package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.ClientCertificate.pair;
import static io.amphora.apiserver.security.ClientCertificate.rdn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.ServiceAccountName;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Authentication;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.machinery.time.Clock;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who somebody is by his certificate or his name.
final class IdentityAttacksTest {
    private static final InetAddress SOURCE = InetAddress.ofLiteral("10.0.0.1");
    private static final TokenAuthenticator TOKENS =
            (token, audiences) -> token.equals("good") ? Optional.of(User.of("robot")) : Optional.empty();

    private final Authentication authentication = new Authentication(List.of(TOKENS), List.of(), true, Clock.system());

    /// @param name what the row says
    private record Shown(String name, ClientCertificate certificate) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Shown> nobodys() {
        ClientCertificate admin = ClientCertificate.of("O=system:masters", "CN=admin");
        return Stream.of(
                new Shown(
                        "a certificate with two common names is refused",
                        ClientCertificate.of("CN=system:kube-controller-manager", "CN=system:node:one")),
                new Shown("a certificate with the same name twice is refused", ClientCertificate.of("CN=a", "CN=a")),
                new Shown(
                        "a certificate with a multi-valued part is refused",
                        ClientCertificate.of(rdn(pair("CN=jane"), pair("O=system:masters")))),
                new Shown(
                        "a certificate with two common names in one part is refused",
                        ClientCertificate.of(rdn(pair("CN=jane"), pair("CN=john")))),
                new Shown("a certificate without a common name is refused", ClientCertificate.of("O=system:masters")),
                new Shown("a certificate with an empty common name is refused", ClientCertificate.of("CN=", "O=a")),
                new Shown(
                        "a certificate with a NUL in its common name is refused",
                        ClientCertificate.of("CN=admin\0.example.com")),
                new Shown(
                        "a certificate with a line break in a group is refused",
                        ClientCertificate.of("O=a\nb", "CN=c")),
                new Shown(
                        "a certificate whose common name is no text is refused",
                        ClientCertificate.of(
                                rdn(pair("CN", new DEROctetString("admin".getBytes(StandardCharsets.UTF_8)))))),
                new Shown(
                        "a certificate with two uids is refused",
                        ClientCertificate.of("CN=jane", "1.3.6.1.4.1.57683.2=a", "1.3.6.1.4.1.57683.2=b")),
                new Shown("a server's certificate is refused", admin.withPurposes(KeyPurposeId.id_kp_serverAuth)),
                new Shown(
                        "a certificate for signing code is refused",
                        admin.withPurposes(KeyPurposeId.id_kp_codeSigning)),
                new Shown("an authority's certificate is refused", admin.withAuthority()),
                new Shown(
                        "an authority's certificate that names no purpose is refused",
                        admin.withPurposes().withAuthority()));
    }

    @ParameterizedTest
    @MethodSource("nobodys")
    void who_shows_a_certificate_that_is_nobodys_is_not_even_anonymous(Shown shown) {
        assertThatThrownBy(() -> user(shown.certificate(), ""))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(401));
    }

    @Test
    void who_shows_a_certificate_that_is_nobodys_may_still_have_a_token() {
        assertThat(user(ClientCertificate.of("CN=a", "CN=b"), "Bearer good").name())
                .isEqualTo("robot");
        assertThatThrownBy(() -> user(ClientCertificate.of("CN=a", "CN=b"), "Bearer bad"))
                .isInstanceOf(ApiException.class);
    }

    private record Read(String name, ClientCertificate certificate, String user, List<String> groups) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Read> somebodys() {
        byte[] wide = "system:masters".getBytes(Charset.forName("UTF-32BE"));
        return Stream.of(
                new Read(
                        "groups stand before the common name",
                        ClientCertificate.of("O=a", "O=b", "CN=jane"),
                        "jane",
                        List.of("a", "b", User.AUTHENTICATED)),
                new Read(
                        "groups stand behind the common name",
                        ClientCertificate.of("CN=jane", "O=b", "O=a"),
                        "jane",
                        List.of("b", "a", User.AUTHENTICATED)),
                new Read(
                        "groups stand on both sides",
                        ClientCertificate.of("O=b", "CN=jane", "O=a"),
                        "jane",
                        List.of("b", "a", User.AUTHENTICATED)),
                new Read(
                        "a UniversalString is text",
                        ClientCertificate.of(rdn(pair("O", new DERUniversalString(wide))), rdn(pair("CN=jane"))),
                        "jane",
                        List.of("system:masters", User.AUTHENTICATED)),
                new Read(
                        "a BMPString is text",
                        ClientCertificate.of(rdn(pair("CN", new DERBMPString("jané")))),
                        "jané",
                        List.of(User.AUTHENTICATED)),
                new Read(
                        "a T61String is text",
                        ClientCertificate.of(rdn(pair("CN", new DERT61String("jane")))),
                        "jane",
                        List.of(User.AUTHENTICATED)),
                new Read(
                        "an IA5String is text",
                        ClientCertificate.of(rdn(pair("CN", new DERIA5String("jane@example.com")))),
                        "jane@example.com",
                        List.of(User.AUTHENTICATED)),
                new Read(
                        "signs of other notations are letters",
                        ClientCertificate.of("CN=jane,O=system:masters+CN=\\#a"),
                        "jane,O=system:masters+CN=\\#a",
                        List.of(User.AUTHENTICATED)),
                new Read(
                        "a certificate that names no purpose is for all",
                        ClientCertificate.of("CN=jane").withPurposes(),
                        "jane",
                        List.of(User.AUTHENTICATED)),
                new Read(
                        "a certificate for any purpose is for all",
                        ClientCertificate.of("CN=jane").withPurposes(KeyPurposeId.anyExtendedKeyUsage),
                        "jane",
                        List.of(User.AUTHENTICATED)));
    }

    @ParameterizedTest
    @MethodSource("somebodys")
    void a_certificate_is_read_as_it_is_written(Read read) {
        User user = user(read.certificate(), "");
        assertThat(user.name()).isEqualTo(read.user());
        assertThat(user.groups()).isEqualTo(read.groups());
    }

    @Test
    void a_node_carries_with_it_where_it_comes_from() {
        ClientCertificate node = ClientCertificate.of("O=system:nodes", "CN=system:node:one");
        assertThat(user(node, "").extra()).isEqualTo(Map.of(NodeClaims.SOURCE, List.of("10.0.0.1")));
        assertThat(user(node, InetAddress.ofLiteral("10.0.0.2"), "").extra())
                .isEqualTo(Map.of(NodeClaims.SOURCE, List.of("10.0.0.2")));
        assertThat(user(ClientCertificate.of("CN=jane"), "").extra()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system:serviceaccount:a:b:c",
                "system:serviceaccount:a",
                "system:serviceaccount:a:",
                "system:serviceaccount::b",
                "system:serviceaccount:",
                "system:serviceaccount:a:b:",
                "system:serviceaccount:A:b",
                "system:serviceaccount:a.b:c",
                "system:serviceaccount:a:b/c",
                "system:serviceaccounts:a:b",
                "x:system:serviceaccount:a:b",
                "jane"
            })
    void a_name_that_is_no_service_accounts_is_none(String name) {
        assertThat(ServiceAccountName.parse(name)).isEmpty();
    }

    @Test
    void a_service_accounts_name_has_a_namespace_and_a_name() {
        assertThat(ServiceAccountName.parse("system:serviceaccount:shop:web.1"))
                .contains(new ServiceAccountName("shop", "web.1"));
    }

    private User user(ClientCertificate certificate, String authorization) {
        return user(certificate, SOURCE, authorization);
    }

    private User user(ClientCertificate certificate, InetAddress source, String authorization) {
        Map<String, String> headers = authorization.isEmpty() ? Map.of() : Map.of("authorization", authorization);
        return authentication.authenticate(
                new ApiRequest("GET", "/api", Map.of(), headers, null),
                new Credentials.Connection(List.of(certificate.certificate()), source));
    }
}
