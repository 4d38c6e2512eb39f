package io.amphora.composition;

import io.amphora.kubelet.image.LocalImages;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.DockerDaemon;
import io.amphora.runtime.ImageImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The images of this machine's Docker daemon, for a node: `docker build -t service-1 .` is enough to run it.
record DockerImages(Containerd containerd, Clock clock) implements LocalImages {
    @Override
    public boolean bring(String name) throws IOException {
        Optional<DockerDaemon> docker = DockerDaemon.find(System.getenv());
        if (docker.isEmpty()) return false;
        Path archive = Files.createTempFile(containerd.config().root(), "docker", ".tar");
        try {
            if (!docker.get().save(name, archive)) return false;
            new ImageImport(containerd, clock).add(archive, "");
            return true;
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
