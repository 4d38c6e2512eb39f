package io.amphora.machinery.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The expected texts were taken down from sigs.k8s.io/yaml.
class YamlTest {
    record Pair(String yaml, String json) {}

    static Stream<Pair> read() {
        return Stream.of(
                new Pair(
                        "a: y\nb: yes\nc: on\nd: n\ne: off\nf: True\ng: ~\nh:\n",
                        "{'a':true,'b':true,'c':true,'d':false,'e':false,'f':true,'g':null,'h':null}"),
                new Pair("a: 'y'\nb: \"no\"", "{'a':'y','b':'no'}"),
                new Pair(
                        "a: 010\nb: 0x1F\nc: 0b11\nd: 0o17\ne: 1_000\nf: 1e3\ng: .5\nh: 1.0\ni: 08\nj: -5\nk: +5",
                        "{'a':8,'b':31,'c':3,'d':15,'e':1000,'f':1000,'g':0.5,'h':1,'i':8,'j':-5,'k':5}"),
                new Pair(
                        "a: 2001-01-01\nb: 2001-12-14t21:59:43.10-05:00\nc: 1:30",
                        "{'a':'2001-01-01','b':'2001-12-14t21:59:43.10-05:00','c':'1:30'}"),
                new Pair("a: &x {b: c}\nd: *x", "{'a':{'b':'c'},'d':{'b':'c'}}"),
                new Pair("a: &x {b: c}\nd: {<<: *x, e: f}", "{'a':{'b':'c'},'d':{'b':'c','e':'f'}}"),
                new Pair("a: {<<: [{a: 1},{a: 2, b: 3}]}", "{'a':{'a':1,'b':3}}"),
                new Pair("1: a\ntrue: b\n2.5: c\n010: e", "{'1':'a','2.5':'c','8':'e','true':'b'}"),
                new Pair(
                        "a: |\n  x\n   y\n\n  z\nb: >\n  x\n  y\n\n  z\nc: |-\n  q\nd: |+\n  q\n\ne: 1",
                        "{'a':'x\\n y\\n\\nz\\n','b':'x y\\nz\\n','c':'q','d':'q\\n\\n','e':1}"),
                new Pair(
                        "a: !!str 12\nb: !!int '12'\nc: !!float 1\nd: !!binary aGk=\ne: !foo x",
                        "{'a':'12','b':12,'c':1,'d':'hi','e':'x'}"),
                new Pair("a:\n- b\n- c: d\n  e: f\n- - i\n  - j", "{'a':['b',{'c':'d','e':'f'},['i','j']]}"),
                new Pair("a: b:c\nd: http://x/y#z", "{'a':'b:c','d':'http://x/y#z'}"),
                new Pair("{\"a\": 1, \"b\": [true, null, \"x\"]}", "{'a':1,'b':[true,null,'x']}"),
                new Pair("\t{\n\t\"a\": 1}", "{'a':1}"),
                new Pair("a: 1\na: 2", "{'a':2}"),
                new Pair("---\na: b\n---\nc: d\n", "{'a':'b'}"),
                new Pair("", "null"),
                new Pair("# only\n", "null"));
    }

    @ParameterizedTest
    @MethodSource("read")
    void a_document_is_read_as_kubernetes_reads_it(Pair each) {
        assertThat(Yaml.read(each.yaml)).isEqualTo(Json.read(each.json.replace('\'', '"')));
    }

    static Stream<Pair> wrong() {
        return Stream.of(
                new Pair("a: [", "yaml: line 1: did not find expected node content"),
                new Pair("][ not yaml", "yaml: did not find expected node content"),
                new Pair("a: b: c", "yaml: mapping values are not allowed in this context"),
                new Pair("foo: bar\nbaz: qux: 1\n", "yaml: line 2: mapping values are not allowed in this context"),
                new Pair("foo: bar\nbaz", "yaml: line 3: could not find expected ':'"),
                new Pair("a:\n\t- b", "yaml: line 2: found character that cannot start any token"),
                new Pair("a:\n  - b\n c: d", "yaml: line 2: did not find expected key"),
                new Pair("[a, b", "yaml: line 1: did not find expected ',' or ']'"),
                new Pair("a: 'x", "yaml: found unexpected end of stream"),
                new Pair("a: \"x\\q\"", "yaml: found unknown escape character"),
                new Pair("a: *x", "yaml: unknown anchor 'x' referenced"),
                new Pair("a: &x [*x]", "yaml: anchor 'x' value contains itself"),
                new Pair("a: .inf", "json: unsupported value: +Inf"),
                new Pair("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
                new Pair("<<: a", "yaml: map merge requires map or sequence of maps as the value"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void a_text_that_is_no_yaml_is_refused_in_the_words_of_go_yaml(Pair each) {
        assertThatThrownBy(() -> Yaml.read(each.yaml))
                .isInstanceOf(JsonSyntaxException.class)
                .hasMessage(each.json);
    }

    @Test
    void aliases_that_explode_are_refused() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
        assertThatThrownBy(() -> Yaml.read(bomb.toString())).hasMessage("yaml: document contains excessive aliasing");
    }

    @Test
    void keys_that_stand_twice_are_told_with_their_line() {
        assertThat(Yaml.readStrictly("apiVersion: v1\nmetadata: {name: c}\nb: {c: 1,\n  c: 2}\n1: x\n1: y")
                        .duplicates())
                .containsExactly("line 4: key \"c\" already set in map", "line 6: key 1 already set in map");
        assertThat(Yaml.readStrictly("{\"a\":1,\n\"a\":2}").duplicates())
                .containsExactly("line 2: key \"a\" already set in map");
    }

    @Test
    void a_file_may_hold_several_documents_of_yaml_or_json() {
        assertThat(Yaml.readAll("---\na: 1\n---\n# nothing\n--- # two\nb: 2\n---\n"))
                .hasToString("[{\"a\":1}, {\"b\":2}]");
        assertThat(Yaml.readAll("{\"a\":1}\n{\"b\":2} {\"c\":3}")).hasToString("[{\"a\":1}, {\"b\":2}, {\"c\":3}]");
        assertThat(Yaml.readAll("a: |\n  x\n  ---\n  y\n")).hasSize(1);
        assertThat(Yaml.readAll("")).isEmpty();
    }

    static Stream<Pair> written() {
        return Stream.of(
                new Pair(
                        "a: \"\"\nb: 'a: b # not a comment'\nc: \"true\"\nd: |\n  two\n  lines\ne: ü✓\n",
                        "{'a':'','b':'a: b # not a comment','c':'true','d':'two\\nlines\\n','e':'ü✓'}"),
                new Pair(
                        "a: []\nb: {}\nc:\n- x: 1\n  z:\n  - - 1\n    - null\n  - {}\n",
                        "{'a':[],'b':{},'c':[{'x':1,'z':[[1,null],{}]}]}"),
                new Pair(
                        "a: \"1\"\nb: \"0x1\"\nc: 1.2.3\nd: \"1e3\"\ne: \"2001-01-01\"\nf: \"1:30\"\ng: 2001-13-01\n",
                        "{'a':'1','b':'0x1','c':'1.2.3','d':'1e3','e':'2001-01-01','f':'1:30','g':'2001-13-01'}"),
                new Pair(
                        "a: '#x'\nb: '- x'\nc: -x\nd: ' x'\ne: 'x '\nf: \"a\\tb\"\ng: it's\nh: '''q'''\ni: '{x}'\nj: a,b\n",
                        "{'a':'#x','b':'- x','c':'-x','d':' x','e':'x ','f':'a\\tb','g':'it\\u0027s','h':'\\u0027q\\u0027','i':'{x}','j':'a,b'}"),
                new Pair(
                        "a: |-\n  x\n  y\nb: |2\n   x\n  y\nc: |+\n  x\n\nd: \"x \\ny\"\n",
                        "{'a':'x\\ny','b':' x\\ny\\n','c':'x\\n\\n','d':'x \\ny'}"),
                new Pair("a1: 1\na2: 1\na10: 1\n", "{'a1':1,'a10':1,'a2':1}"),
                new Pair("a: 1.5\nb: 1e+21\nc: 1.2345675e+06\n", "{'a':1.5,'b':1e21,'c':1234567.5}"),
                new Pair(
                        "x:\n  m: " + "word ".repeat(15).strip() + " word\n    and more\n",
                        "{'x':{'m':'" + "word ".repeat(15) + "word and more'}}"),
                new Pair("? " + "k".repeat(129) + "\n: - 1\n  - 2\n", "{'" + "k".repeat(129) + "':[1,2]}"));
    }

    @ParameterizedTest
    @MethodSource("written")
    void a_tree_is_written_as_kubectl_prints_it(Pair each) {
        Tree tree = Json.read(each.json.replace('\'', '"'));
        assertThat(Yaml.write(tree)).isEqualTo(each.yaml);
        assertThat(Yaml.read(each.yaml)).isEqualTo(tree);
    }

    @Test
    void whatever_is_written_is_read_back_the_same() {
        var random = new Random(7);
        List<String> pieces = List.of(
                "a", "0", "1", "-", ":", "#", " ", "\n", "\t", "'", "\"", ",", "[", "{", "&", "*", "!", "|", ">", "%",
                "é", "😀", "yes", "null", "word ");
        for (int i = 0; i < 3000; i++) {
            var text = new StringBuilder();
            for (int j = random.nextInt(40); j >= 0; j--) text.append(pieces.get(random.nextInt(pieces.size())));
            Tree tree = ObjectTree.of(
                    "k",
                    text.toString(),
                    "l",
                    List.of(text.toString(), List.of(text.toString())),
                    text + "x",
                    ObjectTree.of("y", 1));
            assertThat(Yaml.read(Yaml.write(tree))).as(Yaml.write(tree)).isEqualTo(tree);
        }
    }
}
