package io.amphora.api.core.v1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VolumeFileTest {
    @Test
    void overlaps_are_told_in_the_order_of_the_list() {
        assertThat(VolumeFile.overlaps(files("a/b", "c", "a", "a/b")))
                .containsExactly("\"a\" with \"a/b\"", "\"a/b\" with \"a/b\"", "\"a/b\" with \"a\"");
    }

    @Test
    void they_are_those_that_comparing_each_with_each_finds() {
        var random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            var paths = new String[random.nextInt(8)];
            for (int i = 0; i < paths.length; i++) {
                var path = new StringBuilder();
                for (int length = random.nextInt(5); length > 0; length--)
                    path.append("ab/-".charAt(random.nextInt(4)));
                paths[i] = path.toString();
            }
            assertThat(VolumeFile.overlaps(files(paths))).isEqualTo(slowly(paths));
        }
    }

    private static List<String> slowly(String[] paths) {
        var found = new ArrayList<String>();
        for (int i = 1; i < paths.length; i++)
            for (int j = 0; j < i; j++)
                if (paths[i].equals(paths[j])
                        || paths[i].startsWith(paths[j] + "/")
                        || paths[j].startsWith(paths[i] + "/"))
                    found.add("\"" + paths[i] + "\" with \"" + paths[j] + "\"");
        return found;
    }

    private static List<VolumeFile> files(String... paths) {
        return Stream.of(paths).map(path -> new VolumeFile(path, "")).toList();
    }
}
