package io.amphora.kubectl;

import io.amphora.client.AnyObject;
import io.amphora.client.Client;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.Resource;
import io.amphora.client.WriteOptions;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of a command: its flags, its console, and the cluster, connected to when first needed.
public final class Session implements AutoCloseable {
    private final String command;
    private final Console console;
    private final Flags flags;
    private final Map<String, String> environment;
    private final Path folder;
    private final Connector connector;
    private final Clock clock;
    private Connector.@Nullable Connection connection;
    private @Nullable KindTable kinds;

    Session(
            String command,
            Console console,
            Flags flags,
            Map<String, String> environment,
            Path folder,
            Connector connector,
            Clock clock) {
        this.command = command;
        this.console = console;
        this.flags = flags;
        this.environment = environment;
        this.folder = folder;
        this.connector = connector;
        this.clock = clock;
    }

    /// The flags that every command has.
    static Flags.Known commonFlags() {
        return new Flags.Known()
                .text("namespace", 'n')
                .text("server", 's')
                .text("kubeconfig", "context", "cluster", "user", "token", "username", "password")
                .text("as", "as-uid", "certificate-authority", "client-certificate", "client-key")
                .text("tls-server-name", "request-timeout", "cache-dir", "profile", "profile-output", "kuberc")
                .list("as-group", "as-user-extra")
                .bool("insecure-skip-tls-verify", "match-server-version", "disable-compression")
                .bool("warnings-as-errors")
                .whole("v", 'v', "")
                .text("vmodule")
                .duration("log-flush-frequency");
    }

    /// Their names.
    public static List<String> commonNames() {
        return commonFlags().names();
    }

    /// What is wrong with flags that concern the connection.
    void check() {
        String timeout = flags.text("request-timeout", "0");
        if (!timeout.matches("-?\\d+") && !Durations.isGo(timeout))
            throw Failure.error(
                    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a"
                            + " corresponding time unit (e.g. 1s | 2m | 3h)");
    }

    /// The command as it is called: `rollout status`.
    public String command() {
        return command;
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

    public Map<String, String> environment() {
        return environment;
    }

    /// Where relative names of files begin.
    public Path folder() {
        return folder;
    }

    /// A file as the user names it.
    public Path file(String name) {
        return folder.resolve(name);
    }

    /// A file's bytes; the failure says why there are none, as Go says it.
    public byte[] bytes(String name, String failing) {
        try {
            return Files.readAllBytes(file(name));
        } catch (IOException failure) {
            throw Failure.error(failing + "open " + name + ": " + why(failure));
        }
    }

    /// `no such file or directory`, …
    public static String why(IOException failure) {
        if (failure instanceof NoSuchFileException) return "no such file or directory";
        String text = String.valueOf(failure.getMessage());
        return text.contains("Is a directory") ? "is a directory" : text;
    }

    public Connector.Connection connection() {
        if (connection == null) connection = connector.connect(this);
        return connection;
    }

    public Client client() {
        return connection().client();
    }

    public KindTable kinds() {
        if (kinds == null) kinds = KindTable.of(client());
        return kinds;
    }

    public boolean hasNamespace() {
        return flags.has("namespace");
    }

    public String namespace() {
        String said = flags.text("namespace");
        return said.isEmpty() ? connection().namespace() : said;
    }

    public Resource<AnyObject> resource(Kind kind, String namespace) {
        Resource<AnyObject> resource = client().resource(kind.target());
        return kind.namespaced() ? resource.inNamespace(namespace) : resource;
    }

    /// How this command writes, by its flags.
    ///
    /// @param manager who owns the fields unless `--field-manager` says
    public WriteOptions writing(String manager) {
        return DryRun.of(flags)
                .on(WriteOptions.PLAIN.withFieldManager(
                        flags.text("field-manager").isEmpty() ? manager : flags.text("field-manager")));
    }

    public void print(String line) {
        console.out().println(line);
    }

    public void warn(String line) {
        console.out().flush();
        console.err().println(line);
    }

    @Override
    public void close() {
        if (connection != null) connection.close();
    }
}
