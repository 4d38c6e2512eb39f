package io.amphora.composition.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `.mvn/verify`: whoever changes a library on its way, or adds one, is found before what was built of it runs.
class BuildAttacksTest {
    private static final Path SCRIPT = Path.of("..", ".mvn", "verify").toAbsolutePath();
    private static final String LIBRARY = "org/example/tool/1.0/tool-1.0.jar";

    /// The ways in which somebody tells Maven where it keeps what it fetches.
    enum Place {
        THE_USERS_HOME,
        MAVEN_OPTS,
        MAVEN_ARGS,
        MAVEN_CONFIG,
        JVM_CONFIG,
        SETTINGS,
        SETTINGS_BELOW_THE_USERS_HOME
    }

    @TempDir
    Path folder;

    private final Map<String, String> environment = new LinkedHashMap<>();

    @ParameterizedTest(name = "a library that was changed is found where {0} says")
    @EnumSource
    void a_changed_library_is_found_wherever_the_repository_is(Place place) throws Exception {
        Path repository = repository(place);
        write(repository.resolve(LIBRARY), "good");
        assertThat(verify()).isEmpty();
        write(repository.resolve(LIBRARY), "evil");
        assertThat(verify()).contains(LIBRARY);
    }

    @Test
    void a_file_that_was_put_beside_a_library_is_found() throws Exception {
        Path repository = repository(Place.THE_USERS_HOME);
        write(repository.resolve(LIBRARY), "good");
        write(repository.resolve("org/example/tool/1.0/tool-1.0-evil.jar"), "evil");
        assertThat(verify()).contains("org/example/tool/1.0");
    }

    @Test
    void what_an_editor_fetches_to_show_sources_is_no_such_file() throws Exception {
        Path repository = repository(Place.THE_USERS_HOME);
        write(repository.resolve(LIBRARY), "good");
        write(repository.resolve("org/example/tool/1.0/tool-1.0-sources.jar"), "text");
        write(repository.resolve("com/other/project/3/project-3.jar"), "another project's");
        assertThat(verify()).isEmpty();
    }

    @Test
    void a_library_that_the_list_does_not_name_is_found_when_this_build_has_fetched_it() throws Exception {
        Path repository = repository(Place.THE_USERS_HOME);
        write(repository.resolve(LIBRARY), "good");
        Path started = folder.resolve("started");
        write(started, "");
        assertThat(verify("--since", started.toString())).isEmpty();
        // Time stamps are as fine as the kernel's tick: the file is written until it is newer.
        Path added = repository.resolve("com/evil/plugin/3/plugin-3.jar");
        do write(added, "evil");
        while (Files.getLastModifiedTime(added).compareTo(Files.getLastModifiedTime(started)) <= 0);
        assertThat(verify("--since", started.toString())).contains("com/evil/plugin/3/plugin-3.jar");
    }

    private Path repository(Place place) throws IOException {
        Path given = folder.resolve("given");
        String property = "-Xmx1g -Dmaven.repo.local=" + given;
        Path settings = folder.resolve("home/.m2/settings.xml");
        String text = "<settings>\n<!-- <localRepository>/nowhere</localRepository> -->\n"
                + "<localRepository>%s</localRepository>\n</settings>\n";
        switch (place) {
            case THE_USERS_HOME -> {
                return folder.resolve("home/.m2/repository");
            }
            case MAVEN_OPTS -> environment.put("MAVEN_OPTS", property);
            case MAVEN_ARGS -> environment.put("MAVEN_ARGS", property);
            case MAVEN_CONFIG -> write(folder.resolve("project/.mvn/maven.config"), property + "\n");
            case JVM_CONFIG -> write(folder.resolve("project/.mvn/jvm.config"), property + "\n");
            case SETTINGS -> write(settings, text.formatted(given));
            case SETTINGS_BELOW_THE_USERS_HOME -> {
                write(settings, text.formatted("${user.home}/elsewhere"));
                return folder.resolve("home/elsewhere");
            }
        }
        return given;
    }

    /// @return what it says; "" when all is well
    private String verify(String... arguments) throws Exception {
        Path script = folder.resolve("project/.mvn/verify");
        write(script, Files.readString(SCRIPT));
        String sum = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest("good".getBytes(StandardCharsets.UTF_8)));
        write(script.resolveSibling("checksums.sha256"), sum + "  " + LIBRARY + "\n");
        var command = new java.util.ArrayList<>(java.util.List.of("bash", script.toString()));
        command.addAll(java.util.List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("MAVEN_OPTS");
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().put("MAVEN_HOME", folder.resolve("maven").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor() == 0).as(said).isEqualTo(said.isEmpty());
        return said;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
