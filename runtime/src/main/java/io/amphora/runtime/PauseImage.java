package io.amphora.runtime;

import java.util.List;

/// The image of [PauseProgram], for the sandboxes of a node. Its name is no registry's: it is brought along,
/// never
/// pulled.
public final class PauseImage {
    public static final String NAME = "amphora.local/pause:1";

    private PauseImage() {}

    /// @param architecture `amd64` or `arm64`
    public static OciImage image(String architecture) {
        return OciImage.of(
                NAME,
                architecture,
                List.of(new OciImage.Entry.File("pause", 0755, PauseProgram.elf(architecture))),
                List.of("/pause"));
    }
}
