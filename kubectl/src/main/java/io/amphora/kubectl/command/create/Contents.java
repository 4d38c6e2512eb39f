package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What `--from-literal`, `--from-file` and `--from-env-file` put into a ConfigMap or a Secret.
///
/// @param values bytes by key
record Contents(TreeMap<String, byte[]> values) {
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");

    static Flags.Known flags(Flags.Known known) {
        return known.list("from-literal").commas("from-file", "from-env-file").bool("append-hash");
    }

    static Contents of(Session session, String kind) {
        Flags flags = session.flags();
        if (!flags.list("from-env-file").isEmpty()
                && (!flags.list("from-file").isEmpty()
                        || !flags.list("from-literal").isEmpty()))
            throw Failure.error("from-env-file cannot be combined with from-file or from-literal");
        var contents = new Contents(new TreeMap<>());
        for (String file : flags.list("from-file")) contents.file(session, file, kind);
        for (String literal : flags.list("from-literal")) contents.literal(literal, kind);
        for (String file : flags.list("from-env-file")) contents.environment(session, file, kind);
        return contents;
    }

    private void literal(String literal, String kind) {
        int equals = literal.indexOf('=');
        if (equals <= 0) throw Failure.error("invalid literal source " + literal + ", expected key=value");
        put(literal.substring(0, equals), literal.substring(equals + 1).getBytes(StandardCharsets.UTF_8), kind);
    }

    private void file(Session session, String source, String kind) {
        String[] parts = source.split("=", -1);
        if (parts.length > 2) throw Failure.error("key names or file paths cannot contain '='");
        if (parts.length == 2 && parts[0].isEmpty())
            throw Failure.error("key name for file path " + parts[1] + " missing");
        if (parts.length == 2 && parts[1].isEmpty())
            throw Failure.error("file path for key name " + parts[0] + " missing");
        String name = parts[parts.length - 1];
        Path path = session.file(name);
        if (!Files.exists(path)) throw Failure.error("error reading " + name + ": no such file or directory");
        if (!Files.isDirectory(path)) {
            put(parts.length == 2 ? parts[0] : base(name), session.bytes(name, ""), kind);
            return;
        }
        if (parts.length == 2) throw Failure.error("cannot give a key name for a directory path");
        try (var below = Files.list(path)) {
            for (Path each : below.filter(Files::isRegularFile).sorted().toList()) {
                String key = base(each.toString());
                if (KEY.matcher(key).matches()) put(key, Files.readAllBytes(each), kind);
            }
        } catch (IOException failure) {
            throw Failure.error("error listing files in " + name + ": " + failure.getMessage());
        }
    }

    private static String base(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private void environment(Session session, String name, String kind) {
        if (!Files.exists(session.file(name)))
            throw Failure.error("error reading " + name + ": no such file or directory");
        String text = new String(session.bytes(name, ""), StandardCharsets.UTF_8);
        for (String line : text.lines().map(String::stripLeading).toList()) {
            if (line.isEmpty() || line.startsWith("#")) continue;
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals);
            String value = equals < 0 ? session.environment().getOrDefault(key, "") : line.substring(equals + 1);
            put(key, value.getBytes(StandardCharsets.UTF_8), kind);
        }
    }

    private void put(String key, byte[] value, String kind) {
        if (!KEY.matcher(key).matches())
            throw Failure.error("\"" + key + "\" is not valid key name for a " + kind
                    + ": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                    + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
        if (values.putIfAbsent(key, value) != null)
            throw Failure.error("cannot add key \"" + key + "\", another key by that name already exists in Data for "
                    + kind + " \"\"");
    }
}
