package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Authentication;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.apiserver.chain.OpenStreams;
import io.amphora.apiserver.request.Reply;
import io.amphora.http.HttpExchange;
import io.amphora.machinery.time.testing.FakeClock;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What somebody could do with credentials ends with these, on connections too that are open.
@Timeout(60)
class CredentialsAttacksTest {
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SYNC = Duration.ofSeconds(20);

    /// Of `jane` in the group `devs`, for a day.
    private static final X509Certificate JANE = ClientCertificate.of("O=devs", "CN=jane")
            .certificate(Instant.parse("2026-12-01T02:00:00Z"), Instant.parse("2026-12-02T02:00:00Z"));

    private final FakeClock clock =
            new FakeClock(JANE.getNotBefore().toInstant().plus(MINUTE));
    private final AttackedServer server =
            new AttackedServer(ApiServerConfig.standard().withClock(clock).withServiceAccounts(Keys.serviceAccounts()));

    @BeforeEach
    void start() {
        server.allow(User.of("jane"), false, "{'apiGroups':[''],'resources':['pods'],'verbs':['get','list','watch']}");
        server.allow(
                User.of("system:serviceaccount:default:app"),
                false,
                "{'apiGroups':[''],'resources':['pods'],'verbs':['get','list','watch']}");
        for (String account : new String[] {"default", "app"})
            server.admin("POST " + DEFAULT + "serviceaccounts", "{'metadata':{'name':'%s'}}".formatted(account));
        server.admin("POST /api/v1/nodes", "{'metadata':{'name':'n'}}");
        server.admin("POST " + DEFAULT + "secrets", "{'metadata':{'name':'s'}}");
        server.admin("POST " + DEFAULT + "pods", """
                {'metadata':{'name':'p'},'spec':{'nodeName':'n','serviceAccountName':'app',
                 'terminationGracePeriodSeconds':5,'containers':[{'name':'c','image':'i'}]}}""");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_client_certificate_that_has_expired_is_none_on_an_open_connection() {
        var connection = from(List.of(JANE));
        assertThat(list(connection, Map.of())).isEqualTo(200);
        clock.set(JANE.getNotAfter().toInstant().plusSeconds(1));
        assertThat(list(connection, Map.of())).isEqualTo(401);
    }

    @Test
    void a_client_certificate_is_none_before_its_time() {
        clock.set(JANE.getNotBefore().toInstant().minusSeconds(1));
        assertThat(list(from(List.of(JANE)), Map.of())).isEqualTo(401);
    }

    @Test
    void a_watch_ends_with_the_certificate() throws Exception {
        Reply.Source watch = watch(from(List.of(JANE)), Map.of());
        clock.set(JANE.getNotAfter().toInstant().plusSeconds(1));
        assertThat(endsWithin(MINUTE, watch)).isTrue();
    }

    @Test
    void a_watch_ends_with_the_token() throws Exception {
        Reply.Source watch = watch(from(List.of()), bearer(token("")));
        assertThat(endsWithin(MINUTE, watch)).isFalse();
        clock.set(clock.now().plus(Duration.ofMinutes(10)));
        assertThat(endsWithin(MINUTE, watch)).isTrue();
    }

    /// In Kubernetes' order: a minute after the deletion, what was bound to the object is worth nothing, also while
    /// finalizers hold the object.
    @ParameterizedTest
    @CsvSource({
        "Pod, /api/v1/namespaces/default/pods/p",
        "Secret, /api/v1/namespaces/default/secrets/s",
        "Node, /api/v1/nodes/n",
        "'', /api/v1/namespaces/default/serviceaccounts/app",
    })
    void a_token_ends_a_minute_after_the_deletion_of_what_it_is_bound_to(String kind, String path) throws Exception {
        server.admin("PATCH/merge " + path, "{'metadata':{'finalizers':['example.com/holds']}}");
        String name = path.substring(path.lastIndexOf('/') + 1);
        String token = token(
                kind.isEmpty()
                        ? ""
                        : ",'boundObjectRef':{'apiVersion':'v1','kind':'%s','name':'%s'}".formatted(kind, name));
        var connection = from(List.of());
        Reply.Source watch = watch(connection, bearer(token));
        server.admin("DELETE " + path, "");
        clock.set(clock.now().plusSeconds(50));
        assertThat(list(connection, bearer(token))).isEqualTo(200);
        clock.set(clock.now().plusSeconds(20)); // with the five that the Pod has
        assertThat(list(connection, bearer(token))).isEqualTo(401);
        assertThat(endsWithin(MINUTE, watch)).isTrue();
    }

    @Test
    void exec_and_port_forward_end_with_the_token_that_opened_them() throws Exception {
        var holds = new AtomicBoolean(true);
        var asked = new AtomicInteger();
        var user = User.of("jane", User.AUTHENTICATED);
        var authentication = new Authentication(
                List.of((token, audiences) -> {
                    asked.incrementAndGet();
                    return holds.get() ? Optional.of(user) : Optional.empty();
                }),
                List.of(),
                true,
                clock);
        var ends = new AtomicInteger();
        var exchange = (HttpExchange) Proxy.newProxyInstance(
                HttpExchange.class.getClassLoader(), new Class<?>[] {HttpExchange.class}, (_, _, _) -> null);
        try (var streams = new OpenStreams(authentication, clock)) {
            var request = new ApiRequest("GET", "/", Map.of(), bearer("t"), null);
            for (int i = 0; i < 3; i++) {
                var taken = new CountDownLatch(1);
                var done = new CountDownLatch(1);
                var reply = new Reply.Connection(
                        _ -> {
                            taken.countDown();
                            await(done);
                        },
                        () -> {
                            ends.incrementAndGet();
                            done.countDown();
                        });
                if (streams.held(reply, request, from(List.of()), user) instanceof Reply.Connection held)
                    Thread.startVirtualThread(() -> held.takeOver().accept(exchange));
                taken.await();
            }
            while (asked.get() == 0) clock.advance(SYNC);
            assertThat(ends.get()).isZero();
            holds.set(false);
            while (ends.get() < 3) clock.advance(SYNC);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String token(String bound) {
        return server.admin(
                        "POST " + DEFAULT + "serviceaccounts/app/token",
                        "{'spec':{'expirationSeconds':600" + bound + "}}")
                .object("status")
                .text("token");
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("authorization", "Bearer " + token);
    }

    private int list(Credentials credentials, Map<String, String> headers) {
        return answer(DEFAULT + "pods", credentials, headers).code();
    }

    private Reply.Source watch(Credentials credentials, Map<String, String> headers) {
        Reply reply = answer(DEFAULT + "pods?watch=1", credentials, headers);
        assertThat(reply).isInstanceOf(Reply.Events.class);
        return ((Reply.Events) reply).source();
    }

    private Reply answer(String target, Credentials credentials, Map<String, String> headers) {
        return server.server()
                .chain()
                .answer(Attack.request("GET " + target, headers, ""), credentials)
                .reply();
    }

    /// Whether a watch has ended when so much time has passed; somebody reads it meanwhile.
    private boolean endsWithin(Duration time, Reply.Source watch) {
        var ended = new AtomicBoolean();
        Thread reader = Thread.startVirtualThread(() -> {
            try {
                while (watch.next().isPresent()) Thread.onSpinWait();
                ended.set(true);
            } catch (InterruptedException enough) {
                Thread.currentThread().interrupt();
            }
        });
        int timers = clock.waiting();
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(SYNC)) {
            clock.advance(SYNC);
            while (!ended.get() && clock.waiting() < timers) Thread.onSpinWait();
        }
        reader.interrupt();
        return ended.get();
    }

    private static Credentials from(List<X509Certificate> certificates) {
        return new Credentials.Connection(certificates, InetAddress.getLoopbackAddress());
    }
}
