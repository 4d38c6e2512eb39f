package io.amphora.kubelet.probe;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ExecAction;
import io.amphora.api.core.v1.GRPCAction;
import io.amphora.api.core.v1.HTTPGetAction;
import io.amphora.api.core.v1.TCPSocketAction;
import io.amphora.http.HttpClient;
import io.amphora.http.Request;
import io.amphora.http.Response;
import io.amphora.http.Tls;
import io.amphora.machinery.tree.Tree;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntime.ExecResult;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.ContainerRuntimeException.Code;
import io.amphora.runtime.GrpcHealth;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Does what a probe or a hook says: a command in the container, or a request to the Pod's address. Requests go
/// out
/// from this
/// process, which is in the node's network and so reaches Pods as plain TCP.
public final class Handlers implements AutoCloseable {
    private static final int REDIRECTS = 10;
    private static final Set<Integer> FOLLOWED = Set.of(301, 302, 303, 307, 308);
    private static final int SHOWN_BODY = 10 * 1024;

    private final ContainerRuntime runtime;
    private final HttpClient http = HttpClient.create(Tls.DEFAULT.withInsecure(true));

    public Handlers(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /// @param message what went wrong, or what a command printed
    /// @param warning what is doubtful of a success; "" for nothing
    public record Answer(boolean ok, String message, String warning) {
        static final Answer OK = new Answer(true, "");

        public Answer(boolean ok, String message) {
            this(ok, message, "");
        }

        static Answer doubtful(String warning) {
            return new Answer(true, "", warning);
        }

        static Answer no(String message) {
            return new Answer(false, message);
        }
    }

    public Answer exec(String runId, ExecAction action, Duration timeout) {
        try {
            var result = runtime.exec(runId, action.command(), timeout);
            return new Answer(result.exitCode() == 0, shown(result));
        } catch (ContainerRuntimeException failure) {
            if (failure.code() == Code.DEADLINE_EXCEEDED)
                return Answer.no("command timed out: \"" + String.join(" ", action.command()) + "\" timed out after "
                        + timeout.toSeconds() + "s");
            return Answer.no(String.valueOf(failure.getMessage()));
        }
    }

    private static String shown(ExecResult result) {
        int length = Math.min(result.stdout().length, ExecResult.MOST);
        int more = Math.min(result.stderr().length, ExecResult.MOST - length);
        return new String(result.stdout(), 0, length, StandardCharsets.UTF_8)
                + new String(result.stderr(), 0, more, StandardCharsets.UTF_8);
    }

    public Answer http(HTTPGetAction action, Container container, String podIp, Duration timeout) {
        int port = port(action.port(), container);
        if (port <= 0) return Answer.no("couldn't find port: " + text(action.port()));
        String scheme = action.scheme().isEmpty() ? "http" : action.scheme().toLowerCase(Locale.ROOT);
        String host = action.host().isEmpty() ? podIp : action.host();
        String path = action.path().startsWith("/") ? action.path() : "/" + action.path();
        URI uri;
        try {
            uri = URI.create(scheme + "://" + bracketed(host) + ":" + port + encoded(path));
            return get(uri, headers(action), timeout);
        } catch (IllegalArgumentException bad) {
            return Answer.no("parse \"" + path + "\": " + bad.getMessage());
        }
    }

    private Answer get(URI first, Map<String, List<String>> headers, Duration timeout) {
        URI uri = first;
        for (int i = 0; i <= REDIRECTS; i++) {
            try (var response = http.send(new Request("GET", uri, headers, Request.Body.NONE, timeout))) {
                int status = response.status();
                String location = response.header("location");
                if (FOLLOWED.contains(status) && !location.isEmpty()) {
                    URI next = uri.resolve(location);
                    // Elsewhere is not the container any more: being sent there counts as an answer.
                    if (first.getHost().equals(next.getHost())) {
                        uri = next;
                        continue;
                    }
                }
                if (status < 200 || status >= 400) return Answer.no("HTTP probe failed with statuscode: " + status);
                return status < 300
                        ? Answer.OK
                        : Answer.doubtful("Probe terminated redirects, Response body: " + shown(response));
            } catch (IOException failure) {
                return Answer.no("Get \"" + uri + "\": " + why(failure, uri.getHost(), uri.getPort()));
            }
        }
        return Answer.no("Get \"" + uri + "\": stopped after 10 redirects");
    }

    private static String shown(Response response) throws IOException {
        return new String(response.stream().readNBytes(SHOWN_BODY), StandardCharsets.UTF_8);
    }

    private static String why(IOException failure, String host, int port) {
        String said = String.valueOf(failure.getMessage());
        String lower = said.toLowerCase(Locale.ROOT);
        if (failure instanceof SocketTimeoutException || lower.contains("timeout") || lower.contains("in time"))
            return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
        if (failure instanceof ConnectException) return dial(host, port, said);
        return said;
    }

    private static String dial(String host, int port, String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        String why = lower.contains("refused")
                ? "connection refused"
                : lower.contains("no route")
                        ? "no route to host"
                        : lower.contains("unreachable") ? "network is unreachable" : said;
        return "dial tcp " + bracketed(host) + ":" + port + ": connect: " + why;
    }

    private static Map<String, List<String>> headers(HTTPGetAction action) {
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("user-agent", List.of("kube-probe/1.36"));
        headers.put("accept", List.of("*/*"));
        for (var header : action.httpHeaders()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            var values = new ArrayList<>(headers.getOrDefault(name, List.of()));
            if (name.equals("user-agent") || name.equals("accept")) values.clear();
            values.add(header.value());
            headers.put(name, values);
        }
        headers.values().removeIf(values -> values.equals(List.of(""))); // an empty one takes the default away
        headers.put("connection", List.of("close"));
        return headers;
    }

    public Answer tcp(TCPSocketAction action, Container container, String podIp, Duration timeout) {
        int port = port(action.port(), container);
        if (port <= 0) return Answer.no("couldn't find port: " + text(action.port()));
        String host = action.host().isEmpty() ? podIp : action.host();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return Answer.OK;
        } catch (SocketTimeoutException failure) {
            return Answer.no("dial tcp " + bracketed(host) + ":" + port + ": i/o timeout");
        } catch (IOException failure) {
            return Answer.no(dial(host, port, String.valueOf(failure.getMessage())));
        }
    }

    public Answer grpc(GRPCAction action, String podIp, Duration timeout) {
        return switch (GrpcHealth.check(podIp, action.port(), action.service(), timeout)) {
            case GrpcHealth.Health.Serving() -> Answer.OK;
            case GrpcHealth.Health.NotServing(var status) ->
                Answer.no("service unhealthy (responded with \"" + status + "\")");
            case GrpcHealth.Health.Unreachable(var why) -> Answer.no(why);
        };
    }

    /// A number, or the name of one of the container's ports; 0 for none.
    private static int port(Tree port, Container container) {
        if (port instanceof Tree.Whole(var number)) return (int) number;
        String name = text(port);
        for (var one : container.ports()) if (one.name().equals(name)) return one.containerPort();
        return name.matches("[0-9]{1,5}") ? Integer.parseInt(name) : 0;
    }

    private static String text(Tree tree) {
        String text = tree.text();
        return text == null ? tree.toString() : text;
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /// Paths are written as people type them: blanks and the like are encoded, what is encoded stays.
    private static String encoded(String path) {
        var out = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c > 0x20 && c < 0x7f && "\"<>\\^`{|}".indexOf(c) < 0) out.append(c);
            else out.append("%%%02X".formatted((int) c));
        }
        return out.toString();
    }

    @Override
    public void close() {
        http.close();
    }
}
