package io.amphora.kubectl;

import io.amphora.client.AnyObject;
import io.amphora.client.Client;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.Resource;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of a command: its flags, its console, and the cluster, connected to when first needed.
public final class Session implements AutoCloseable {
    private final Console console;
    private final Flags flags;
    private final Map<String, String> environment;
    private final Connector connector;
    private final Clock clock;
    private Connector.@Nullable Connection connection;
    private @Nullable KindTable kinds;

    Session(Console console, Flags flags, Map<String, String> environment, Connector connector, Clock clock) {
        this.console = console;
        this.flags = flags;
        this.environment = environment;
        this.connector = connector;
        this.clock = clock;
    }

    /// The flags that every command has.
    static Flags.Known commonFlags() {
        return new Flags.Known()
                .text("namespace", 'n')
                .text("kubeconfig")
                .text("context")
                .text("cluster")
                .text("user")
                .text("server", 's')
                .text("token")
                .text("as")
                .list("as-group", (char) 0)
                .text("certificate-authority")
                .text("client-certificate")
                .text("client-key")
                .bool("insecure-skip-tls-verify")
                .text("tls-server-name")
                .text("request-timeout")
                .text("cache-dir")
                .text("v", 'v')
                .bool("warnings-as-errors");
    }

    public Console console() {
        return console;
    }

    public Flags flags() {
        return flags;
    }

    public Clock clock() {
        return clock;
    }

    public Connector.Connection connection() {
        if (connection == null) connection = connector.connect(flags, environment);
        return connection;
    }

    public Client client() {
        return connection().client();
    }

    public KindTable kinds() {
        if (kinds == null) kinds = KindTable.of(client());
        return kinds;
    }

    public String namespace() {
        return flags.text("namespace", connection().namespace());
    }

    public Resource<AnyObject> resource(Kind kind, String namespace) {
        Resource<AnyObject> resource = client().resource(kind.target());
        return kind.namespaced() ? resource.inNamespace(namespace) : resource;
    }

    public void print(String line) {
        console.out().println(line);
    }

    public void warn(String line) {
        console.err().println(line);
    }

    /// A duration as kubectl takes it: `30s`, `1m30s`, `500ms`, or seconds as a plain number; negative for a
    /// week.
    public static Duration duration(String text) {
        if (text.isEmpty()) return Duration.ZERO;
        if (text.matches("-?\\d+")) return Duration.ofSeconds(Long.parseLong(text));
        var found =
                java.util.regex.Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)").matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (found.find() && found.start() == end) {
            double count = Double.parseDouble(found.group(1));
            double millis = switch (found.group(2)) {
                case "h" -> 3_600_000;
                case "m" -> 60_000;
                case "s" -> 1_000;
                default -> 1;
            };
            sum = sum.plusMillis(Math.round(count * millis));
            end = found.end();
        }
        if (end != text.length()) throw Failure.error("time: invalid duration \"" + text + "\"");
        return sum;
    }

    @Override
    public void close() {
        if (connection != null) connection.close();
    }
}
