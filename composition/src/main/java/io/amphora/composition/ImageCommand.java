package io.amphora.composition;

import io.amphora.kubectl.output.Table;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.Image;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/// `image import FILE` and `image ls`.
final class ImageCommand {
    private ImageCommand() {}

    static int run(List<String> arguments, Clock clock, PrintStream out) {
        Installation installation = Main.running();
        if (arguments.size() == 2 && arguments.getFirst().equals("import")) {
            Images.importEverywhere(installation, Path.of(arguments.get(1)), clock)
                    .forEach(name -> out.println("imported " + name));
            return 0;
        }
        if (arguments.equals(List.of("ls"))) {
            list(installation, clock).lines().forEach(out::println);
            return 0;
        }
        throw new UserError("say `image import FILE` or `image ls`");
    }

    private static Table list(Installation installation, Clock clock) {
        var table = new Table("NODE", "IMAGE", "SIZE");
        for (var node : installation.nodes()) {
            var containerd = Containerd.findRunning(node.containerd());
            if (containerd.isEmpty()) continue;
            try (var runtime = containerd.get().runtime(clock)) {
                for (Image image : runtime.images())
                    for (String name : new TreeSet<>(image.tags()))
                        table.add(List.of(node.name(), name, image.size() / 1024 + " KiB"));
            }
        }
        return table;
    }
}
