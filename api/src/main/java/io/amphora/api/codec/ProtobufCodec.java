package io.amphora.api.codec;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Declarations;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Kubernetes' protobuf (`application/vnd.kubernetes.protobuf`), both ways, for all built-in kinds. Custom
/// resources
/// and
/// Tables have no such form.
///
/// ```
/// k8s\0  Unknown { typeMeta = 1 { apiVersion = 1, kind = 2 }, raw = 2 THE OBJECT, contentEncoding = 3,
/// contentType =
/// 4 }
/// ```
public final class ProtobufCodec {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private ProtobufCodec() {}

    /// One event of a watch, as it is sent.
    public record Event(String type, ObjectTree object) {}

    /// Whether a kind has a protobuf form.
    public static boolean knows(GroupVersionKind kind) {
        return findType(kind) != null;
    }

    public static boolean isEnveloped(byte[] bytes) {
        if (bytes.length < MAGIC.length) return false;
        for (int i = 0; i < MAGIC.length; i++) if (bytes[i] != MAGIC[i]) return false;
        return true;
    }

    /// An object with its envelope.
    ///
    /// @throws IllegalArgumentException when its kind has no protobuf form
    public static byte[] write(ObjectTree object) {
        var out = new ProtobufWriter();
        writeEnvelope(object, out);
        return out.toBytes();
    }

    private static void writeEnvelope(ObjectTree object, ProtobufWriter out) {
        var kind = GroupVersionKind.of(object.text("apiVersion"), object.text("kind"));
        WireType type = WireType.of(type(kind));
        out.text(4, "");
        out.text(3, "");
        int mark = out.mark();
        type.write(object, out);
        out.close(2, mark);
        mark = out.mark();
        out.text(2, kind.kind());
        out.text(1, object.text("apiVersion"));
        out.close(1, mark);
        out.raw(MAGIC);
    }

    /// The object in an envelope, as [StrictDecoder] would have made it of JSON.
    ///
    /// @throws DecodeException for what is no such envelope
    /// @throws IllegalArgumentException when its kind has no protobuf form
    public static ObjectTree read(byte[] bytes) {
        return read(bytes, null);
    }

    /// @param fallback the kind of an object whose envelope names none
    public static ObjectTree read(byte[] bytes, @Nullable GroupVersionKind fallback) {
        if (!isEnveloped(bytes))
            throw new DecodeException(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        var in = new ProtobufReader(bytes, MAGIC.length, bytes.length);
        GroupVersionKind kind = null;
        ProtobufReader raw = new ProtobufReader(new byte[0]);
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) kind = readTypeMeta(in.message());
            else if (number == 2) raw = in.message();
            else in.skip();
        }
        boolean named = kind != null && !kind.kind().isEmpty();
        GroupVersionKind actual = named ? kind : fallback;
        if (actual == null) throw new DecodeException("Object 'Kind' is missing in protobuf envelope");
        return readMessage(actual, type(actual), raw);
    }

    private static ObjectTree readMessage(GroupVersionKind kind, String type, ProtobufReader raw) {
        ObjectTree object = WireType.of(type)
                .read(raw)
                .with("apiVersion", kind.apiVersion())
                .with("kind", kind.kind());
        var pass = new DecodePass();
        ObjectTree decoded = Objects.requireNonNull(TypeDecoder.find(type)).object(object, pass);
        pass.throwFirst();
        return decoded;
    }

    private static GroupVersionKind readTypeMeta(ProtobufReader in) {
        String apiVersion = "";
        String kind = "";
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) apiVersion = in.text();
            else if (number == 2) kind = in.text();
            else in.skip();
        }
        return GroupVersionKind.of(apiVersion, kind);
    }

    /// A watch event as a frame of `application/vnd.kubernetes.protobuf;stream=watch`: four bytes of length, then
    /// `WatchEvent { type = 1, object = 2 { raw = 1 ENVELOPE } }`.
    public static byte[] writeEvent(Event event) {
        var out = new ProtobufWriter();
        int mark = out.mark();
        writeEnvelope(event.object(), out);
        out.close(1, mark);
        out.close(2, mark);
        out.text(1, event.type());
        out.frameLength();
        return out.toBytes();
    }

    /// @param frame without its length
    public static Event readEvent(byte[] frame) {
        var in = new ProtobufReader(frame);
        String type = "";
        ObjectTree object = ObjectTree.EMPTY;
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) type = in.text();
            else if (number == 2) object = readExtension(in.message());
            else in.skip();
        }
        return new Event(type, object);
    }

    private static ObjectTree readExtension(ProtobufReader in) {
        ObjectTree object = ObjectTree.EMPTY;
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) object = read(in.bytes());
            else in.skip();
        }
        return object;
    }

    private static String type(GroupVersionKind kind) {
        String type = findType(kind);
        if (type == null)
            throw new IllegalArgumentException("no protobuf form of kind " + kind.kind() + " in " + kind.apiVersion());
        return type;
    }

    /// Options (`DeleteOptions`) are known in every group.
    private static @Nullable String findType(GroupVersionKind kind) {
        String type = Declarations.findKind(kind);
        if (type != null) return type;
        String meta = Declarations.findKind(new GroupVersionKind("", "v1", kind.kind()));
        return meta != null && meta.startsWith(META) ? meta : null;
    }

    /// One message without envelope, of a type by its name; what tests compare.
    static byte[] writeMessage(String type, ObjectTree object) {
        var out = new ProtobufWriter();
        WireType.of(type).write(object, out);
        return out.toBytes();
    }
}
