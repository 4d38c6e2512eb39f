package io.amphora.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the server does with bytes no decent client sends, and with certificates.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WireTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    private static HttpServer plain(HttpHandler handler) throws IOException {
        return HttpServer.start(
                HttpServer.Options.on("127.0.0.1", 0)
                        .withLimits(Limits.standard().withHeaderBytes(8 * 1024)),
                handler);
    }

    private static HttpServer echo() throws IOException {
        return plain(exchange -> {
            String text = exchange.method() + " " + exchange.rawPath() + "?" + exchange.rawQuery() + " "
                    + new String(exchange.body(1000), UTF_8);
            exchange.respond(200, Map.of(), text.getBytes(UTF_8));
        });
    }

    /// Sends all of `bytes` and returns all that comes until the server closes.
    private static String talk(HttpServer server, String bytes) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                assertThat(answer.size()).isPositive(); // a reset, as bytes of ours were not read
            }
            return answer.toString(ISO_8859_1);
        }
    }

    record Malformed(String name, String bytes, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Malformed> malformed() {
        return Stream.of(
                new Malformed("no HTTP at all", "hello\r\n\r\n", 400),
                new Malformed("TLS to a plain port", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", 400),
                new Malformed("a target that is none", "GET nonsense HTTP/1.1\r\nhost: x\r\n\r\n", 400),
                new Malformed("a header without a name", "GET / HTTP/1.1\r\nhost: x\r\n: x\r\n\r\n", 400),
                new Malformed(
                        "two lengths",
                        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx",
                        400),
                new Malformed(
                        "a length that is no number", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n", 400),
                new Malformed("a long line", "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n", 414),
                new Malformed("large headers", "GET / HTTP/1.1\r\nhost: x\r\nx: " + "x".repeat(9000) + "\r\n\r\n", 431),
                new Malformed(
                        "a bad chunk",
                        "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n",
                        400));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(Malformed request) throws Exception {
        try (var server = echo()) {
            String answer = talk(server, request.bytes());
            assertThat(answer).startsWith("HTTP/1.1 " + request.status()).doesNotContain("Exception");
            assertThat(talk(server, "GET /fine HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                    .endsWith("GET /fine? ");
        }
    }

    @Test
    void requests_that_come_all_at_once_are_answered_in_order() throws Exception {
        var atOnce = new AtomicInteger();
        try (var server = plain(exchange -> {
            assertThat(atOnce.incrementAndGet()).isEqualTo(1);
            byte[] body = exchange.body(10);
            atOnce.decrementAndGet();
            exchange.respond(200, Map.of(), body);
        })) {
            var requests = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n")
                        .append(i + 100);
            }
            requests.append("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\nend");
            var bodies = Stream.of(talk(server, requests.toString()).split("HTTP/1.1 200 OK"))
                    .skip(1)
                    .map(answer -> answer.substring(answer.indexOf("\r\n\r\n") + 4))
                    .toList();
            assertThat(bodies).hasSize(101).startsWith("100", "101", "102").endsWith("198", "199", "end");
        }
    }

    @Test
    void a_client_of_http_1_0_gets_an_answer_it_can_read() throws Exception {
        try (var server = plain(exchange -> {
            try (var out = exchange.stream(200, Map.of())) {
                out.flush();
                out.write("streamed".getBytes(UTF_8));
            }
        })) {
            assertThat(talk(server, "GET / HTTP/1.0\r\n\r\n"))
                    .startsWith("HTTP/1.0 200 OK")
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nstreamed");
        }
    }

    @Test
    void an_absolute_target_is_understood() throws Exception {
        try (var server = echo()) {
            assertThat(talk(server, "GET http://host:80/a?b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                    .endsWith("GET /a?b ");
        }
    }

    @Test
    void a_client_that_expects_100_is_told_when_the_handler_reads() throws Exception {
        var go = new CountDownLatch(1);
        try (var server = plain(exchange -> {
                    go.await();
                    exchange.respond(200, Map.of(), exchange.body(100));
                });
                var socket = new Socket("127.0.0.1", server.port())) {
            var out = socket.getOutputStream();
            out.write(
                    "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 4\r\nconnection: close\r\n\r\n"
                            .getBytes(UTF_8));
            go.countDown();
            String interim = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(socket.getInputStream().readNBytes(interim.length()))
                    .asString()
                    .isEqualTo(interim);
            out.write("body".getBytes(UTF_8));
            assertThat(socket.getInputStream().readAllBytes())
                    .asString()
                    .contains("200 OK")
                    .endsWith("body");
        }
    }

    @Test
    void a_header_that_would_smuggle_another_is_refused_to_the_handler() throws Exception {
        try (var server = plain(exchange -> {
            try {
                exchange.respond(200, Map.of("x", List.of("a\r\ny: b")), new byte[0]);
            } catch (IllegalArgumentException e) {
                throw new IOException("refused", e);
            }
        })) {
            assertThat(talk(server, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                    .doesNotContain("y: b");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void a_client_may_show_a_certificate_or_none(boolean shows, boolean lean) throws Exception {
        try (var server = HttpServer.start(
                        HttpServer.Options.on("127.0.0.1", 0).withTls(CERTIFICATES.server()), exchange -> {
                            var chain = exchange.clientCertificates();
                            String name = chain.isEmpty()
                                    ? "nobody"
                                    : chain.getFirst().getSubjectX500Principal().getName();
                            exchange.respond(200, Map.of(), name.getBytes(UTF_8));
                        });
                var client = client(
                        lean, shows ? CERTIFICATES.client("O=system:masters,CN=admin") : CERTIFICATES.anonymous())) {
            assertThat(client.send(Request.get("https://127.0.0.1:" + server.port() + "/"))
                            .body())
                    .asString()
                    .isEqualTo(shows ? "CN=admin,O=system:masters" : "nobody");
        }
    }

    private static HttpClient client(boolean lean, Tls tls) {
        return lean ? HttpClient.lean(tls) : HttpClient.create(tls);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_certificate_of_another_authority_is_rejected_on_either_side(boolean lean) throws Exception {
        var others = new TestCertificates();
        try (var server = HttpServer.start(
                HttpServer.Options.on("127.0.0.1", 0).withTls(CERTIFICATES.server()),
                exchange -> exchange.respond(200, Map.of(), new byte[0]))) {
            String url = "https://127.0.0.1:" + server.port() + "/";
            var stranger = others.client("CN=admin");
            var tls = Tls.of(stranger.certificates(), stranger.key(), CERTIFICATES.authority());
            try (var client = client(lean, tls)) {
                assertThatThrownBy(() -> client.send(Request.get(url)))
                        .isInstanceOf(IOException.class)
                        .hasMessageMatching("(?i).*unknown_ca.*");
            }
            try (var client = client(lean, others.anonymous())) {
                assertThatThrownBy(() -> client.send(Request.get(url)))
                        .isInstanceOf(java.net.ConnectException.class)
                        .hasMessageStartingWith("cannot connect to 127.0.0.1:" + server.port() + ": ");
            }
            try (var client = client(lean, others.anonymous().withInsecure(true))) {
                assertThat(client.send(Request.get(url)).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_with_another_name_is_rejected_unless_the_name_is_expected(boolean lean) throws Exception {
        try (var server = HttpServer.start(
                HttpServer.Options.on("127.0.0.1", 0).withTls(CERTIFICATES.server()),
                exchange -> exchange.respond(200, Map.of(), new byte[0]))) {
            var request = Request.get("https://127.0.0.1:" + server.port() + "/");
            try (var client = client(lean, CERTIFICATES.anonymous().withServerName("elsewhere"))) {
                assertThatThrownBy(() -> client.send(request)).isInstanceOf(IOException.class);
            }
            try (var client = client(lean, CERTIFICATES.anonymous().withServerName("localhost"))) {
                assertThat(client.send(request).status()).isEqualTo(200);
            }
        }
    }

    record KeyForm(String name, KeyPair key, boolean pkcs8) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<KeyForm> keys_of_every_form_are_read() {
        var rsa = TestCertificates.key("RSA", 2048);
        return Stream.of(
                new KeyForm("PKCS#8 EC", TestCertificates.ecKey(), true),
                new KeyForm("SEC1 EC without its curve", TestCertificates.ecKey(), false),
                new KeyForm("SEC1 EC P-384 without its curve", TestCertificates.key("EC", 384), false),
                new KeyForm("PKCS#8 RSA", rsa, true),
                new KeyForm("PKCS#1 RSA", rsa, false));
    }

    @ParameterizedTest
    @MethodSource
    void keys_of_every_form_are_read(KeyForm form) {
        String pem = form.pkcs8() ? TestCertificates.pkcs8(form.key()) : TestCertificates.traditional(form.key());
        assertThat(pem.contains("-----BEGIN PRIVATE KEY-----")).isEqualTo(form.pkcs8());
        assertThat(Pem.privateKey(pem)).isEqualTo(form.key().getPrivate());
    }

    @Test
    void a_key_as_openssl_writes_it_is_read() throws Exception {
        var key = TestCertificates.key("EC", 521);
        var secret = ((java.security.interfaces.ECPrivateKey) key.getPrivate()).getS();
        var curve = new ASN1ObjectIdentifier("1.3.132.0.35");
        byte[] sec1 = new ECPrivateKey(521, secret, curve).getEncoded();
        // The curve stands in a block of its own and in the key.
        String pem = block("EC PARAMETERS", curve.getEncoded()) + block("EC " + "PRIVATE KEY", sec1);
        assertThat(((java.security.interfaces.ECPrivateKey) Pem.privateKey(pem)).getS())
                .isEqualTo(secret);
    }

    private static String block(String type, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    @Test
    void what_is_not_pem_is_told_in_one_sentence() {
        assertThatThrownBy(() -> Pem.privateKey("nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no PEM private key where one is expected");
        assertThatThrownBy(() -> Pem.certificates(TestCertificates.pkcs8(TestCertificates.ecKey())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no PEM certificate where one is expected");
    }
}
