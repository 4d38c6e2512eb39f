package io.amphora.e2e;

import io.amphora.kubectl.Console;
import io.amphora.kubectl.HttpConnector;
import io.amphora.kubectl.Kubectl;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Recorded command lines of a real kubectl that belong together, and how the built-in one answers them.
///
/// @param id    such as `get/get-sorts-by-a-field`
/// @param needs what ran when it was recorded: `api`, `controllers`, `nodes`
/// @param files what lies in the folder in which the commands run, by name
/// @param said  text that looks made up and is not
record RecordedCommandLine(
        String id, String needs, Map<String, String> files, List<ObjectTree> steps, List<String> cleanup, Tree said) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    /// As the recordings' own replay.
    private static final Duration POLLING = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// What is waited for may be seen halfway: `describe` asks for an object first and for its events then.
    private static final Duration SETTLING = Duration.ofSeconds(1);

    /// A command that takes longer hangs.
    private static final Duration LONGEST = Duration.ofSeconds(60);

    static RecordedCommandLine of(String id, ObjectTree tree) {
        var files = new LinkedHashMap<String, String>();
        tree.object("files").forEach(each -> files.put(each.getKey(), ((Tree.Text) each.getValue()).value()));
        String needs = tree.text("needs");
        return new RecordedCommandLine(
                id,
                needs.isEmpty() ? "api" : needs,
                files,
                tree.list("steps").stream().map(Tree::object).toList(),
                texts(tree.list("cleanup")),
                tree.get("said"));
    }

    private static List<String> texts(ListTree list) {
        return list.stream().map(each -> ((Tree.Text) each).value()).toList();
    }

    /// What a command did.
    private record Outcome(int code, String stdout, String stderr) {}

    /// What was different, a line each, the step first; none when every command line is answered as recorded.
    ///
    /// @param url       of a server that knows the token
    /// @param namespace a fresh one, which is there and has its default ServiceAccount; the caller removes it
    List<String> replay(String url, String token, String namespace, Clock clock) {
        try {
            Path home = Files.createTempDirectory("kubectl-");
            try {
                return new Replay(home, url, token, namespace, clock).run();
            } finally {
                delete(home);
            }
        } catch (IOException failure) {
            return List.of(failure.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of("interrupted");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }

    private final class Replay {
        private final Path folder;
        private final Clock clock;
        private final Map<String, String> variables;
        private final Map<String, String> environment = new HashMap<>();
        private RecordedOutput output;

        Replay(Path home, String url, String token, String namespace, Clock clock) throws IOException {
            this.folder = home.resolve("work");
            this.clock = clock;
            this.variables = Map.of("ns", namespace, "dir", folder.toString());
            Path kubeconfig = home.resolve("kubeconfig");
            Files.writeString(kubeconfig, kubeconfig(url, token));
            environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
            environment.put("HOME", home.toString());
            environment.put("TMPDIR", home.toString());
            environment.put("KUBECONFIG", kubeconfig.toString());
            Files.createDirectory(folder);
            for (var file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, filled(file.getValue()));
            }
            var fixed = new LinkedHashMap<String, String>();
            fixed.put(folder.toString(), "${dir}");
            fixed.put(home.toString(), "${home}");
            fixed.put(url, "${server}");
            fixed.put(url.substring(url.indexOf("//") + 2), "${server}");
            fixed.put(namespace, "${ns}");
            output = new RecordedOutput(everythingSaid(), fixed);
        }

        private static String kubeconfig(String url, String token) {
            return """
                    apiVersion: v1
                    kind: Config
                    current-context: recorded
                    clusters:
                    - {name: recorded, cluster: {server: "%s"}}
                    users:
                    - {name: admin, user: {token: "%s"}}
                    contexts:
                    - {name: recorded, context: {cluster: recorded, user: admin}}
                    """.formatted(url, token);
        }

        private String everythingSaid() {
            var text = new StringBuilder(Json.write(said));
            files.forEach(
                    (name, content) -> text.append(Json.write(Tree.of(name))).append(Json.write(Tree.of(content))));
            for (ObjectTree step : steps)
                for (String part : List.of("run", "stdin", "env")) text.append(Json.write(step.get(part)));
            return text.toString();
        }

        List<String> run() throws InterruptedException {
            try {
                int number = 0;
                for (ObjectTree step : steps) {
                    number++;
                    List<String> different = differences(step);
                    if (different.isEmpty()) continue;
                    var lines = new ArrayList<>(List.of("step " + number + ": " + step.text("run")));
                    lines.addAll(different);
                    return lines;
                }
                return List.of();
            } finally {
                for (String line : cleanup) call(ObjectTree.of("run", line));
            }
        }

        private List<String> differences(ObjectTree step) throws InterruptedException {
            Pattern until = Pattern.compile(step.text("until"), Pattern.MULTILINE);
            List<Pattern> ignored =
                    texts(step.list("ignore")).stream().map(Pattern::compile).toList();
            boolean sorted = step.bool("sort");
            Instant end = clock.now().plus(PATIENCE);
            boolean found = false;
            while (true) {
                Outcome outcome = call(step);
                RecordedOutput seen = output.copy(); // numbers are given for good only to what is kept
                List<String> stdout = seen.lines(outcome.stdout(), ignored, sorted);
                if (until.matcher(String.join("\n", stdout)).find()) {
                    List<String> stderr = seen.lines(outcome.stderr(), ignored, sorted);
                    List<String> different = compared(step.object("expect"), outcome.code(), stdout, stderr);
                    if (!found) end = clock.now().plus(SETTLING);
                    found = true;
                    if (different.isEmpty() || !step.has("until") || clock.now().isAfter(end)) {
                        output = seen;
                        return different;
                    }
                } else if (clock.now().isAfter(end))
                    return List.of("never printed " + until, "last: " + stdout, "and: " + outcome.stderr());
                clock.sleep(POLLING);
            }
        }

        private Outcome call(ObjectTree step) throws InterruptedException {
            var all = new HashMap<>(environment);
            step.object("env").forEach(each -> all.put(each.getKey(), filled(((Tree.Text) each.getValue()).value())));
            var stdout = new ByteArrayOutputStream();
            var stderr = new ByteArrayOutputStream();
            var console = new Console(
                    new ByteArrayInputStream(filled(step.text("stdin")).getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(stdout, false, StandardCharsets.UTF_8),
                    new PrintStream(stderr, false, StandardCharsets.UTF_8));
            var kubectl = new Kubectl(console, all, folder, new HttpConnector(), clock);
            List<String> words = words(filled(step.text("run")));
            var code = new AtomicInteger(-1);
            Thread thread = Thread.ofVirtual().start(() -> code.set(kubectl.run(words)));
            if (!thread.join(LONGEST)) {
                thread.interrupt();
                return new Outcome(-1, "", "hangs");
            }
            return new Outcome(
                    code.get(), stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
        }

        private String filled(String text) {
            return VARIABLE.matcher(text)
                    .replaceAll(
                            found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
        }
    }

    private static List<String> compared(ObjectTree wanted, int code, List<String> stdout, List<String> stderr) {
        var lines = new ArrayList<String>();
        if (((Tree.Whole) wanted.get("code")).value() != code)
            lines.add("exit code: expected " + Json.write(wanted.get("code")) + ", got " + code);
        lines.addAll(differences("stdout", texts(wanted.list("stdout")), stdout));
        lines.addAll(differences("stderr", texts(wanted.list("stderr")), stderr));
        return lines;
    }

    /// Lines of one side that the other has not, or all when only their order differs.
    private static List<String> differences(String where, List<String> wanted, List<String> got) {
        if (wanted.equals(got)) return List.of();
        var lines = new ArrayList<String>();
        without(wanted, got).forEach(line -> lines.add(where + " - " + line));
        without(got, wanted).forEach(line -> lines.add(where + " + " + line));
        if (!lines.isEmpty()) return lines;
        return List.of(where + ": expected " + wanted, where + ": in this order " + got);
    }

    private static List<String> without(List<String> lines, List<String> others) {
        var left = new ArrayList<>(lines);
        others.forEach(left::remove);
        return left;
    }

    /// Splits as a shell does, which knows quotes and nothing else.
    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inside = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escapes = c == '\\'
                    && i + 1 < text.length()
                    && (quote == 0 || quote == '"' && "\"\\".indexOf(text.charAt(i + 1)) >= 0);
            if (escapes) word.append(text.charAt(++i));
            else if (quote != 0 && c == quote) quote = 0;
            else if (quote == 0 && (c == '\'' || c == '"')) quote = c;
            else if (quote == 0 && Character.isWhitespace(c)) {
                if (inside) words.add(word.toString());
                word.setLength(0);
                inside = false;
                continue;
            } else word.append(c);
            inside = true;
        }
        if (inside) words.add(word.toString());
        return words;
    }
}
