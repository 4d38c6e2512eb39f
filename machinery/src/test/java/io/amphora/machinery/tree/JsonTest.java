package io.amphora.machinery.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"b\":1,\"a\":[true,false,null,\"x\",{}],\"c\":[]} ~ {\"a\":[true,false,null,\"x\",{}],\"b\":1,\"c\":[]}",
                "  [ 1 , -2 ,\t0, 1.0, 1e3, 0.5, -0.25, 1e21, 1e-7, 1e18 ]  ~ [1,-2,0,1,1000,0.5,-0.25,1e+21,1e-7,1000000000000000000]",
                "9223372036854775807 ~ 9223372036854775807",
                "-9223372036854775808 ~ -9223372036854775808",
                "18446744073709551615 ~ 18446744073709552000",
                "\"\\u0041\\n\\/\\\\\\\"\\u00e9\\ud83d\\ude00\\ud800x\\u0007\" ~ \"A\\n/\\\\\\\"é😀\uFFFDx\\u0007\"",
                "\"é✓😀\" ~ \"é✓😀\"",
                "{\"é\":1,\"e\":2} ~ {\"e\":2,\"é\":1}",
                "{\"a\":1,\"a\":2} ~ {\"a\":2}",
            })
    void a_text_is_read_and_written_canonically(String text, String written) {
        Tree tree = Json.read(text);
        assertThat(Json.write(tree)).isEqualTo(written);
        assertThat(Json.read(Json.bytes(tree))).isEqualTo(tree).hasSameHashCodeAs(tree);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ unexpected end of JSON input",
                "{ ~ unexpected end of JSON input",
                "{\"kind\":\"ConfigMap\" ~ unexpected end of JSON input",
                "data: {} ~ invalid character 'd' looking for beginning of value",
                "{a:1} ~ invalid character 'a' looking for beginning of object key string",
                "{\"a\":1,} ~ invalid character '}' looking for beginning of object key string",
                "{\"a\" 1} ~ invalid character '1' after object key",
                "{\"a\":1 \"b\"} ~ invalid character '\"' after object key:value pair",
                "[1 2] ~ invalid character '2' after array element",
                "[1,] ~ invalid character ']' looking for beginning of value",
                "{} x ~ invalid character 'x' after top-level value",
                "nope ~ invalid character 'o' in literal null (expecting 'u')",
                "\"a\\x\" ~ invalid character 'x' in string escape code",
                "\"\\u00g\" ~ invalid character 'g' in \\u hexadecimal character escape",
                "\"a\tb\" ~ invalid character '\\t' in string literal",
                "01 ~ invalid character '1' after top-level value",
                "-x ~ invalid character 'x' in numeric literal",
                "1.x ~ invalid character 'x' after decimal point in numeric literal",
                "1ex ~ invalid character 'x' in exponent of numeric literal",
                "Ω ~ invalid character 'Î' looking for beginning of value",
                "1e999 ~ json: cannot unmarshal number 1e999 into Go value of type float64",
            })
    void a_text_that_is_no_json_is_refused_in_the_words_of_go(String text, String message) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(JsonSyntaxException.class)
                .hasMessage(message);
    }

    @Test
    void a_value_that_is_too_deep_is_refused() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).hasMessage("exceeded max depth");
        assertThat(Json.read("[".repeat(Json.DEEPEST_TEXT) + "]".repeat(Json.DEEPEST_TEXT))
                        .list()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void names_that_stand_twice_are_told_by_their_path_in_the_order_of_the_text() {
        String json = """
                {"z":{"y":1,"y":2,"x":[0,{"w":1,"w":[],"w":{}}]},"a":{"b":{}},"z":3,"a":{"b":{"c":"}","c":"\\"{"}}}""";
        var document = Json.readStrictly(json.getBytes(StandardCharsets.UTF_8));
        assertThat(document.duplicates()).containsExactly("z.y", "z.x[1].w", "z.x[1].w", "z", "a", "a.b.c");
        assertThat(document.tree()).isEqualTo(Json.read("{\"z\":3,\"a\":{\"b\":{\"c\":\"\\\"{\"}}}"));
    }

    @Test
    void a_failure_tells_line_and_column() {
        assertThatThrownBy(() -> Json.read("{\n  \"a\": x}"))
                .isInstanceOfSatisfying(JsonSyntaxException.class, wrong -> {
                    assertThat(wrong.line()).isEqualTo(2);
                    assertThat(wrong.column()).isEqualTo(8);
                });
    }

    @Test
    void pieces_are_written_with_their_commas() {
        var writer = new JsonWriter()
                .beginObject()
                .name("a")
                .value(1)
                .name("b")
                .beginList()
                .value("x")
                .value(Tree.NULL)
                .endList();
        int hole = writer.size();
        byte[] raw = "\"c\":{}".getBytes(StandardCharsets.UTF_8);
        writer.raw(raw, 0, raw.length).name("d").beginObject().endObject().endObject();
        assertThat(writer.toBytes()).asString().isEqualTo("{\"a\":1,\"b\":[\"x\",null],\"c\":{},\"d\":{}}");
        assertThat(hole).isEqualTo(21);
    }

    @Test
    void every_tree_survives_being_written_and_read() {
        var random = new Random(11);
        for (int i = 0; i < 500; i++) {
            Tree tree = tree(random, 4);
            assertThat(Json.read(Json.bytes(tree)).equals(tree)).as("tree " + i).isTrue();
        }
    }

    private static Tree tree(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> Tree.NULL;
            case 1 -> Tree.of(random.nextBoolean());
            case 2 -> Tree.of(random.nextLong() >> random.nextInt(64));
            case 3 -> Tree.of(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 4, 5 -> Tree.of(text(random));
            case 6 -> {
                var items = new ArrayList<Tree>();
                for (int i = random.nextInt(6); i > 0; i--) items.add(tree(random, depth - 1));
                yield new ListTree(items);
            }
            default -> {
                var object = ObjectTree.builder();
                for (int i = random.nextInt(40); i > 0; i--) object.put(text(random), tree(random, depth - 1));
                yield object.build();
            }
        };
    }

    private static String text(Random random) {
        int[] points = random.ints(random.nextInt(8), 0, 0x11000)
                .map(c -> c >= 0x10000 ? c + 0xF000 : c)
                .toArray();
        for (int i = 0; i < points.length; i++)
            if (points[i] >= 0xD800 && points[i] < 0xE000 || random.nextBoolean()) points[i] = 'a' + i;
        return new String(points, 0, points.length);
    }
}
