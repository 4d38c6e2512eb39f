package io.amphora.machinery.patch;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Field;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import java.util.List;

/// The part of a Deployment's shape that the tests of patches touch.
final class Shapes {
    private static final Schema TEXT = Schema.scalar(Type.STRING, Format.NONE);
    private static final Schema NUMBER = Schema.scalar(Type.INTEGER, Format.INT32);
    private static final Schema TEXTS = Schema.map(TEXT, Merge.GRANULAR);

    private static final Schema ENV = object("EnvVar", field("name", TEXT), field("value", TEXT));
    private static final Schema PORT = object("ContainerPort", field("containerPort", NUMBER), field("name", TEXT));
    private static final Schema CONTAINER = object(
            "Container",
            field("name", TEXT),
            field("image", TEXT),
            field("args", Schema.list(TEXT, Merge.ATOMIC, List.of())),
            merging("env", ENV, "name"),
            merging("ports", PORT, "containerPort"));
    private static final Schema STRATEGY = object(
            "DeploymentStrategy",
            field("type", TEXT),
            field("rollingUpdate", object("Rolling", field("maxSurge", NUMBER))));
    private static final Schema SPEC = object(
            "PodSpec",
            merging("containers", CONTAINER, "name"),
            field("tolerations", Schema.list(object("Toleration", field("key", TEXT)), Merge.ATOMIC, List.of())),
            field("nodeSelector", TEXTS));
    private static final Schema METADATA = object(
            "ObjectMeta",
            field("name", TEXT),
            field("labels", TEXTS),
            new Field("finalizers", Schema.list(TEXT, Merge.SET, List.of()), 0, false, null, "merge", ""));

    static final Schema DEPLOYMENT = object(
            "Deployment",
            field("metadata", METADATA),
            field("replicas", NUMBER),
            new Field("strategy", STRATEGY, 0, false, null, "retainKeys", ""),
            new Field("selector", object("LabelSelector", field("matchLabels", TEXTS)), 0, false, null, "replace", ""),
            field("spec", SPEC));

    private Shapes() {}

    private static Schema object(String name, Field... fields) {
        return Schema.object("io.k8s.test." + name, Merge.GRANULAR, false).define(List.of(fields));
    }

    private static Field field(String name, Schema schema) {
        return new Field(name, schema, 0, false, null, "", "");
    }

    private static Field merging(String name, Schema items, String key) {
        return new Field(name, Schema.list(items, Merge.GRANULAR, List.of(key)), 0, false, null, "merge", key);
    }
}
