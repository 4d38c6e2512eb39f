package io.amphora.generator;

import static io.amphora.generator.OpenApiClasses.capital;

import io.amphora.generator.Model.Field;
import io.amphora.generator.Model.Scalar;
import io.amphora.generator.Model.Shape;
import io.amphora.generator.Model.Type;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import javax.lang.model.SourceVersion;

/// Writes one record per type: a view of a tree, with accessors. What accessors share is in
/// `io.amphora.api.Views`.
final class ViewWriter {
    private final Path folder;

    ViewWriter(Path folder) {
        this.folder = folder;
    }

    void write(Model model) throws IOException {
        var packages = new TreeSet<String>();
        for (Type type : model.types().values()) {
            String pack = packageOf(type.name());
            packages.add(pack);
            Generate.write(file(pack, type.simpleName()), source(pack, type));
        }
        for (String pack : packages)
            Generate.write(
                    file(pack, "package-info"),
                    "@NullMarked\npackage " + pack + ";\n\nimport org.jspecify.annotations.NullMarked;\n");
    }

    private Path file(String pack, String name) {
        return folder.resolve(pack.replace('.', '/')).resolve(name + ".java");
    }

    static String packageOf(String type) {
        return "io.amphora.api." + ModelReader.groupVersion(type);
    }

    private static String source(String pack, Type type) {
        String name = type.simpleName();
        boolean object = type.isKind() && isObjectMeta(type.findField("metadata"));
        var out = new StringBuilder("package ").append(pack).append(";\n\n");
        out.append("import io.amphora.api.")
                .append(object ? "ApiObject" : "View")
                .append(";\n");
        out.append(
                "import io.amphora.api.Views;\nimport io.amphora.machinery.tree.*;\nimport java.time.Instant;\nimport java.util.*;\n\n");
        out.append("public record ")
                .append(name)
                .append("(ObjectTree tree) implements ")
                .append(object ? "ApiObject" : "View")
                .append(" {\n");
        String empty = type.isKind()
                ? "ObjectTree.of(\"apiVersion\", \"" + type.apiVersion() + "\", \"kind\", \"" + name + "\")"
                : "ObjectTree.EMPTY";
        out.append("    public static final ")
                .append(name)
                .append(" EMPTY = new ")
                .append(name)
                .append('(')
                .append(empty)
                .append(");\n");
        out.append("    public static ")
                .append(name)
                .append(" of(ObjectTree tree) { return new ")
                .append(name)
                .append("(tree); }\n");
        for (Field field : type.fields()) {
            if (object && (field.name().equals("apiVersion") || field.name().equals("kind"))) continue;
            accessors(out, pack, name, field);
        }
        return out.append("}\n").toString();
    }

    private static boolean isObjectMeta(@org.jspecify.annotations.Nullable Field metadata) {
        return metadata != null
                && metadata.shape() instanceof Shape.Ref(var type)
                && type.equals(Overlay.META + "ObjectMeta");
    }

    private static void accessors(StringBuilder out, String pack, String owner, Field field) {
        String json = '"' + field.name() + '"';
        String plain = javaName(field.name());
        String word = capital(plain);
        String name = SourceVersion.isKeyword(plain) ? plain + "_" : plain;
        Java java = java(pack, field.shape(), json);
        if (!java.read.isEmpty()) method(out, java.type, name, "", java.read);
        if (!java.find.isEmpty()) method(out, java.optional, "find" + word, "", java.find);
        method(
                out,
                owner,
                "with" + word,
                java.type + " value",
                "new " + owner + "(tree.with(" + json + ", " + java.tree + "))");
        method(out, owner, "without" + word, "", "new " + owner + "(tree.without(" + json + "))");
    }

    private static void method(StringBuilder out, String type, String name, String parameters, String body) {
        out.append("    public ")
                .append(type)
                .append(' ')
                .append(name)
                .append('(')
                .append(parameters)
                .append(") { return ")
                .append(body)
                .append("; }\n");
    }

    /// How a field looks in Java: its type, how it is read, its optional type, how that is read, and the tree
    /// of a
    /// `value`.
    private record Java(String type, String read, String optional, String find, String tree) {}

    private static Java java(String pack, Shape shape, String json) {
        return switch (shape) {
            case Shape.Plain(var scalar) -> scalar(scalar, json);
            case Shape.Ref(var type) -> {
                String java = javaType(pack, type);
                yield new Java(
                        java,
                        "new " + java + "(tree.object(" + json + "))",
                        "Optional<" + java + ">",
                        "Views.findObject(tree, " + json + ", " + java + "::new)",
                        "value.tree()");
            }
            case Shape.ListOf list -> {
                String element = element(pack, list.items());
                yield new Java(
                        "List<" + element + ">",
                        "Views." + collection(pack, list.items(), "tree.list(" + json + ")", "List"),
                        "",
                        "",
                        "Views.tree(value)");
            }
            case Shape.MapOf map -> {
                String element = element(pack, map.values());
                yield new Java(
                        "Map<String, " + element + ">",
                        "Views." + collection(pack, map.values(), "tree.object(" + json + ")", "Map"),
                        "",
                        "",
                        "Views.tree(value)");
            }
        };
    }

    private static Java scalar(Scalar scalar, String json) {
        return switch (scalar) {
            case STRING, QUANTITY ->
                new Java(
                        "String",
                        "tree.text(" + json + ")",
                        "Optional<String>",
                        "Views.findText(tree, " + json + ")",
                        "value");
            case INT32 ->
                new Java(
                        "int",
                        "(int) tree.whole(" + json + ")",
                        "OptionalInt",
                        "Views.findInt(tree, " + json + ")",
                        "value");
            case INT64 ->
                new Java(
                        "long",
                        "tree.whole(" + json + ")",
                        "OptionalLong",
                        "Views.findLong(tree, " + json + ")",
                        "value");
            case DOUBLE ->
                new Java(
                        "double",
                        "Views.decimal(tree, " + json + ")",
                        "OptionalDouble",
                        "Views.findDecimal(tree, " + json + ")",
                        "Tree.of(value)");
            case BOOLEAN ->
                new Java(
                        "boolean",
                        "tree.bool(" + json + ")",
                        "Optional<Boolean>",
                        "Views.findBool(tree, " + json + ")",
                        "value");
            case BYTES ->
                new Java(
                        "byte[]",
                        "Views.bytes(tree.get(" + json + "))",
                        "Optional<byte[]>",
                        "Views.findBytes(tree, " + json + ")",
                        "Views.tree(value)");
            case TIME ->
                new Java("Instant", "", "Optional<Instant>", "Views.findTime(tree, " + json + ")", "Views.tree(value)");
            case MICRO_TIME ->
                new Java(
                        "Instant",
                        "",
                        "Optional<Instant>",
                        "Views.findTime(tree, " + json + ")",
                        "Views.microTime(value)");
            default ->
                new Java(
                        "Tree",
                        "tree.get(" + json + ")",
                        "Optional<Tree>",
                        "Views.findTree(tree, " + json + ")",
                        "value");
        };
    }

    private static String element(String pack, Shape shape) {
        return switch (shape) {
            case Shape.Plain(var scalar) ->
                switch (scalar) {
                    case STRING, QUANTITY -> "String";
                    case INT32 -> "Integer";
                    case INT64 -> "Long";
                    case BYTES -> "byte[]";
                    case TIME -> "Instant";
                    case BOOLEAN -> "Boolean";
                    case DOUBLE, MICRO_TIME ->
                        throw new IllegalStateException("no collections of " + scalar + " so far");
                    default -> "Tree";
                };
            case Shape.Ref(var type) -> javaType(pack, type);
            case Shape.ListOf list -> "List<" + element(pack, list.items()) + ">";
            case Shape.MapOf map -> throw new IllegalStateException("no collections of " + map + " so far");
        };
    }

    private static String collection(String pack, Shape items, String from, String what) {
        return switch (items) {
            case Shape.Ref(var type) -> "object" + what + "(" + from + ", " + javaType(pack, type) + "::new)";
            case Shape.ListOf ignored -> "textList" + what + "(" + from + ")";
            default ->
                switch (element(pack, items)) {
                            case "String" -> "text";
                            case "Integer" -> "int";
                            case "Long" -> "long";
                            case "Boolean" -> "bool";
                            case "byte[]" -> "bytes";
                            case "Instant" -> "time";
                            default -> "tree";
                        }
                        + what + "(" + from + ")";
        };
    }

    private static String javaType(String pack, String type) {
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return packageOf(type).equals(pack) ? simple : packageOf(type) + "." + simple;
    }

    /// `$ref` is `ref`, `x-kubernetes-list-type` is `xKubernetesListType`.
    private static String javaName(String json) {
        String[] words = Objects.requireNonNull(json).replace("$", "").split("-");
        var name = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) name.append(capital(words[i]));
        return name.toString();
    }
}
