package io.amphora.composition;

import io.amphora.composition.Installation.NodeFiles;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.ImageImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// `image import` and `image ls`: the image stores of the nodes on this machine. And the images that come with a
/// folder
/// given to `up -f`: its `images/` may hold archives, and a program `build` that makes them.
final class Images {
    private Images() {}

    /// Imports an archive into every local node.
    ///
    /// @return the images' full names
    static List<String> importEverywhere(Installation installation, Path archive, Clock clock) {
        if (!Files.isReadable(archive)) throw new UserError("cannot read " + archive);
        var running = running(installation);
        if (running.isEmpty()) throw new UserError("no node runs on this machine; start a cluster with `amphora up`");
        var names = new ArrayList<String>();
        for (Containerd containerd : running) {
            try {
                List<String> imported = new ImageImport(containerd, clock).add(archive, "");
                if (names.isEmpty()) names.addAll(imported);
            } catch (IOException failure) {
                throw new UserError(archive + ": " + failure.getMessage());
            }
        }
        return names;
    }

    static List<Containerd> running(Installation installation) {
        return installation.nodes().stream()
                .map(NodeFiles::containerd)
                .flatMap(config -> Containerd.findRunning(config).stream())
                .toList();
    }

    /// The archives of a folder of manifests, after its `images/build` has run.
    ///
    /// @param progress is told what runs
    static List<Path> of(Path folder, Progress progress) {
        Path images = folder.resolve("images");
        if (!Files.isDirectory(images)) return List.of();
        Path build = images.resolve("build");
        if (Files.isExecutable(build)) {
            TrustedProgram.require(folder, build);
            progress.say("runs " + build + " as " + System.getProperty("user.name") + ", to build images");
            var result = Shell.attempt(build.toAbsolutePath().toString());
            if (!result.ok())
                throw new UserError(build + " failed: " + result.err().strip());
        }
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(file -> file.toString().endsWith(".tar"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UserError("cannot read " + images + ": " + failure.getMessage());
        }
    }
}
