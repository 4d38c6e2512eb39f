package io.amphora.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Declarations;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind with every field set, against the descriptors of the published protobuf classes.
class ProtobufCodecTest {
    private static final List<String> FILES = List.of(
            "Meta",
            "V1",
            "V1Admission",
            "V1Admissionregistration",
            "V1Apiextensions",
            "V1Apps",
            "V1Authentication",
            "V1Authorization",
            "V1Autoscaling",
            "V1Batch",
            "V1Certificates",
            "V1Coordination",
            "V1Discovery",
            "V1Events",
            "V1Flowcontrol",
            "V1Networking",
            "V1Node",
            "V1Policy",
            "V1Rbac",
            "V1Resource",
            "V1Scheduling",
            "V1Storage",
            "V2Apidiscovery",
            "V2Autoscaling");

    private static final Map<String, Descriptor> DESCRIPTORS = new HashMap<>();

    @BeforeAll
    static void readDescriptors() throws ReflectiveOperationException {
        for (String file : FILES) {
            var descriptor = (FileDescriptor) Class.forName("io.kubernetes.client.proto." + file)
                    .getMethod("getDescriptor")
                    .invoke(null);
            for (Descriptor message : descriptor.getMessageTypes())
                DESCRIPTORS.put(
                        "io."
                                + message.getFullName()
                                        .replace("k8s.io.", "k8s.")
                                        .replace("apiextensions_", "apiextensions-"),
                        message);
        }
    }

    static Stream<GroupVersionKind> kinds() {
        return Declarations.kinds().keySet().stream()
                .sorted((a, b) -> a.toString().compareTo(b.toString()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aKindWithEveryFieldSetComesBackAsItWas(GroupVersionKind kind) throws Exception {
        ObjectTree full = Samples.full(kind);
        var decoded = StrictDecoder.decode(full, Schemas.of(kind));
        assertThat(decoded.problems()).isEmpty();
        assertThat(decoded.tree()).isEqualTo(full);

        assertThat(StrictDecoder.decode(Json.bytes(full), Schemas.of(kind)).tree())
                .isEqualTo(full);

        byte[] bytes = ProtobufCodec.write(full);
        assertThat(ProtobufCodec.read(bytes)).isEqualTo(full);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thePublishedMessagesReadTheSameFieldsAndWriteTheSameBytes(GroupVersionKind kind) throws Exception {
        String type = Declarations.kinds().get(kind);
        Descriptor descriptor = DESCRIPTORS.get(type);
        if (type.contains(".apiregistration.")) return; // the published classes lack it
        byte[] bytes = ProtobufCodec.writeMessage(type, Samples.full(kind));
        DynamicMessage message = DynamicMessage.parseFrom(descriptor, bytes);
        assertNoUnknownFields(message);
        assertThat(message.toByteArray()).isEqualTo(bytes);
        assertThat(missing(descriptor, message)).isEmpty();
    }

    private static void assertNoUnknownFields(Message message) {
        assertThat(message.getUnknownFields().asMap()).isEmpty();
        message.getAllFields().values().forEach(value -> {
            if (value instanceof Message inner) assertNoUnknownFields(inner);
            if (value instanceof List<?> list)
                for (Object item : list) if (item instanceof Message inner) assertNoUnknownFields(inner);
        });
    }

    private static TreeSet<String> missing(Descriptor descriptor, DynamicMessage message) {
        var missing = new TreeSet<String>();
        for (FieldDescriptor field : descriptor.getFields())
            if (field.isRepeated() ? message.getRepeatedFieldCount(field) == 0 : !message.hasField(field))
                missing.add(field.getName());
        return missing;
    }

    @Test
    void zerosThatGoAlwaysSendsAreNotKept() {
        ObjectTree pod = ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                ObjectTree.of("name", "", "generation", 0),
                "spec",
                ObjectTree.of(
                        "hostNetwork",
                        false,
                        "hostUsers",
                        false,
                        "containers",
                        List.of(ObjectTree.of("name", "a", "image", ""))));
        assertThat(Json.write(ProtobufCodec.read(ProtobufCodec.write(pod))))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{},"
                                + "\"spec\":{\"containers\":[{\"name\":\"a\",\"resources\":{}}],\"hostUsers\":false},\"status\":{}}");
    }

    @Test
    void aWatchEventIsAFrameWithTheObjectEnveloped() {
        ObjectTree object = Samples.full(new GroupVersionKind("", "v1", "ConfigMap"));
        byte[] frame = ProtobufCodec.writeEvent(new ProtobufCodec.Event("ADDED", object));
        int length = java.nio.ByteBuffer.wrap(frame).getInt();
        assertThat(length).isEqualTo(frame.length - 4);
        byte[] message = java.util.Arrays.copyOfRange(frame, 4, frame.length);
        assertThat(ProtobufCodec.readEvent(message)).isEqualTo(new ProtobufCodec.Event("ADDED", object));
    }

    @Test
    void anObjectLargerThanTheFirstBufferIsWhole() {
        ObjectTree map = ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                ObjectTree.EMPTY,
                "data",
                ObjectTree.of("a", "x".repeat(5000), "b", "é".repeat(3000)));
        assertThat(ProtobufCodec.read(ProtobufCodec.write(map))).isEqualTo(map);
    }

    @Test
    void deleteOptionsAreKnownInEveryGroup() {
        ObjectTree options =
                ObjectTree.of("apiVersion", "policy/v1", "kind", "DeleteOptions", "propagationPolicy", "Orphan");
        assertThat(ProtobufCodec.read(ProtobufCodec.write(options))).isEqualTo(options);
    }

    @Test
    void whatHasNoProtobufFormIsRefused() {
        ObjectTree thing = ObjectTree.of("apiVersion", "example.com/v1", "kind", "Thing");
        assertThatThrownBy(() -> ProtobufCodec.write(thing))
                .hasMessage("no protobuf form of kind Thing in example.com/v1");
        assertThatThrownBy(() -> ProtobufCodec.read(new byte[] {'{', '}'})).isInstanceOf(DecodeException.class);
        byte[] cut =
                java.util.Arrays.copyOf(ProtobufCodec.write(Samples.full(new GroupVersionKind("", "v1", "Pod"))), 100);
        assertThatThrownBy(() -> ProtobufCodec.read(cut)).isInstanceOf(DecodeException.class);
    }
}
