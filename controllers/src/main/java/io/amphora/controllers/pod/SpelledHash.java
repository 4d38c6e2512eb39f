package io.amphora.controllers.pod;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;

/// Short names for templates, by which ReplicaSets and ControllerRevisions are told apart: a number in letters that
/// spell no words.
public final class SpelledHash {
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private SpelledHash() {}

    /// @param collisions how often the hash has met another template's; gives another hash each time
    public static String of(Tree template, int collisions) {
        byte[] text = (Json.write(template) + '\0' + collisions).getBytes(StandardCharsets.UTF_8);
        int hash = 0x811c9dc5; // FNV-1a, 32 bits
        for (byte each : text) hash = (hash ^ (each & 0xff)) * 0x01000193;
        var spelled = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray())
            spelled.append(ALPHABET.charAt(digit % ALPHABET.length()));
        return spelled.toString();
    }
}
