package io.amphora.kubelet.image;

import java.io.IOException;

/// Another place on this machine that may have an image, asked before any registry.
@FunctionalInterface
public interface LocalImages {
    LocalImages NONE = name -> false;

    /// Brings an image into the node's own store.
    ///
    /// @param name as the Pod has it
    /// @return false when it is not there
    /// @throws IOException when the place can't be asked, or the image can't be taken over
    boolean bring(String name) throws IOException;
}
