package io.amphora.kubectl.command.create;

import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Locale;

/// Containers and templates in manifests.
final class PodSpecs {
    private PodSpecs() {}

    static ObjectTree container(String name, String image, List<String> command) {
        ObjectTree container = ObjectTree.of("name", name, "image", image, "resources", ObjectTree.EMPTY);
        return command.isEmpty() ? container : container.with("command", Objects.texts(command));
    }

    /// A container's name from its image: `reg/nginx:1` -> `nginx`.
    static String name(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1).replaceFirst("[:@].*", "");
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    }
}
