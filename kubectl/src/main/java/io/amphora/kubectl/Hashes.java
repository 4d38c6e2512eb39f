package io.amphora.kubectl;

import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;

/// Short names for what a ConfigMap or a Secret holds, as generated names end in: another content, another name.
public final class Hashes {
    private Hashes() {}

    public static String of(ObjectTree object) {
        boolean secret = object.text("kind").equals("Secret");
        String name = object.object("metadata").text("name");
        Tree data = object.object("data").isEmpty() ? Tree.of("") : object.get("data");
        ObjectTree content = ObjectTree.of("kind", object.text("kind"), "name", name, "data", data);
        if (secret) content = content.with("type", object.text("type"));
        if (object.has("binaryData")) content = content.with("binaryData", object.get("binaryData"));
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(GoJson.write(content).getBytes(StandardCharsets.UTF_8));
            return java.util.HexFormat.of()
                    .formatHex(digest)
                    .substring(0, 10)
                    .replace('0', 'g')
                    .replace('1', 'h')
                    .replace('3', 'k')
                    .replace('a', 'm')
                    .replace('e', 't');
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
