package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Hashes;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `create configmap`
final class CreateConfigMap extends Creator {
    CreateConfigMap() {
        super(
                "configmap",
                "Create a config map from a local file, directory or literal value",
                "NAME [--from-file=[key=]source] [--from-literal=key1=value1]");
    }

    @Override
    public List<String> aliases() {
        return List.of("cm");
    }

    @Override
    String failing() {
        return "failed to create configmap: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return Contents.flags(known);
    }

    @Override
    ObjectTree object(Session session, String name) {
        ObjectTree data = ObjectTree.EMPTY;
        ObjectTree binary = ObjectTree.EMPTY;
        for (var pair : Contents.of(session, "ConfigMap").values().entrySet()) {
            String text = text(pair.getValue());
            if (text == null)
                binary = binary.with(pair.getKey(), Base64.getEncoder().encodeToString(pair.getValue()));
            else data = data.with(pair.getKey(), text);
        }
        ObjectTree map = Objects.of("v1", "ConfigMap", name);
        if (!data.isEmpty()) map = map.with("data", data);
        if (!binary.isEmpty()) map = map.with("binaryData", binary);
        return session.flags().isSet("append-hash")
                ? map.withAt(Tree.of(name + "-" + Hashes.of(map)), "metadata", "name")
                : map;
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (java.nio.charset.CharacterCodingException binary) {
            return null;
        }
    }
}
