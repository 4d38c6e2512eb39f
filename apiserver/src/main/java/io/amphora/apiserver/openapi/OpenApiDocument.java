package io.amphora.apiserver.openapi;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.lang.ref.SoftReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One document in the forms that it is served in. Each is made when it is first asked for, and again when it was not
/// asked for so long that the memory was wanted for something else: together they are some ten megabytes that most
/// clusters have no use for most of the time.
public final class OpenApiDocument {
    private final Supplier<ObjectTree> source;
    private final OpenApiMessages messages;
    private SoftReference<byte[]> json = new SoftReference<>(null);
    private SoftReference<byte[]> protobuf = new SoftReference<>(null);
    private @Nullable String hash;

    /// @param source makes the document, always the same
    OpenApiDocument(OpenApiMessages messages, Supplier<ObjectTree> source) {
        this.messages = messages;
        this.source = source;
    }

    public synchronized byte[] json() {
        byte[] known = json.get();
        if (known != null) return known;
        byte[] made = Json.bytes(source.get());
        json = new SoftReference<>(made);
        return made;
    }

    public synchronized byte[] protobuf() {
        byte[] known = protobuf.get();
        if (known != null) return known;
        byte[] made = OpenApiProtobuf.write(messages, source.get());
        protobuf = new SoftReference<>(made);
        return made;
    }

    /// Changes with the document; the same in every form.
    public synchronized String hash() {
        if (hash == null) hash = hash(json());
        return hash;
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
