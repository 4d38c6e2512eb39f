package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies that are small and grow as they are understood: what each is answered with. A 500 is never right.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParsingAttacksTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, config());
    private final RawServer http =
            new InMemoryHttp(server.http(), Map.of("authorization", "Bearer admin"), Clock.system());

    /// @param right the codes that are right
    record Attack(String name, String method, String path, String type, String body, List<Integer> right) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static ApiServerConfig config() {
        TokenAuthenticator admin =
                (token, audiences) -> token.equals("admin") ? Optional.of(User.ADMIN) : Optional.empty();
        return ApiServerConfig.standard().withTokens(List.of(admin));
    }

    @BeforeAll
    void makeTheVictims() throws InterruptedException {
        assertThat(send("POST", MAPS, JSON, "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"b\"}}")
                        .code())
                .isEqualTo(201);
        assertThat(send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", JSON, DEFINITION)
                        .code())
                .isEqualTo(201);
        while (send("GET", WIDGETS, JSON, "").code() != 200) Thread.onSpinWait();
        assertThat(send("POST", WIDGETS, JSON, widget("{\"any\":{\"a\":[1]}}")).code())
                .isEqualTo(201);
    }

    @AfterAll
    void stop() {
        server.close();
        store.close();
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                new Attack(
                        "copies of a JSON patch double a list forty times",
                        "PATCH",
                        WIDGETS + "/w",
                        JSON_PATCH,
                        doublings(40),
                        List.of(422)),
                new Attack(
                        "one copy of a JSON patch is fine",
                        "PATCH",
                        WIDGETS + "/w?dryRun=All",
                        JSON_PATCH,
                        doublings(1),
                        List.of(200)),
                new Attack(
                        "900 aliases of one text of 100 KB",
                        "POST",
                        WIDGETS,
                        YAML,
                        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: y}\nspec:\n  any:\n    a: &a "
                                + "x".repeat(100_000) + "\n    l: [" + "*a, ".repeat(900) + "]\n",
                        List.of(400)),
                new Attack("aliases of aliases", "POST", WIDGETS, YAML, laughs(), List.of(400)),
                new Attack(
                        "merge keys that repeat one large map",
                        "PATCH",
                        WIDGETS + "/w?fieldManager=m",
                        APPLY,
                        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  any:\n    a: &a {b: "
                                + "x".repeat(100_000) + "}\n    l:\n" + "    - {<<: *a}\n".repeat(900),
                        List.of(400)),
                new Attack(
                        "items that are defaulted to much more than they are",
                        "POST",
                        WIDGETS + "?dryRun=All",
                        JSON,
                        widget("{\"items\":[" + "{},".repeat(20_000) + "{}]}").replace("\"w\"", "\"w4\""),
                        List.of(413, 422)),
                new Attack(
                        "a pattern that backtracks for ever",
                        "POST",
                        WIDGETS,
                        JSON,
                        widget("{\"slow\":\"" + "a".repeat(50_000) + "!\"}"),
                        List.of(422)),
                new Attack(
                        "a pattern that overflows the stack of Java's",
                        "POST",
                        WIDGETS + "?dryRun=All",
                        JSON,
                        widget("{\"deep\":\"" + "ab".repeat(10_000) + "\"}").replace("\"w\"", "\"w2\""),
                        List.of(201)),
                new Attack(
                        "a text beyond maxLength is not matched at all",
                        "POST",
                        WIDGETS,
                        JSON,
                        widget("{\"short\":\"" + "a".repeat(50_000) + "\"}"),
                        List.of(422)),
                new Attack(
                        "a number of 2.5 million digits",
                        "POST",
                        WIDGETS,
                        JSON,
                        widget("{\"any\":" + "7".repeat(2_500_000) + "}"),
                        List.of(400)),
                new Attack(
                        "a number of 2.5 million digits in YAML",
                        "POST",
                        WIDGETS,
                        YAML,
                        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: y}\nspec: {number: "
                                + "7".repeat(2_500_000) + "}",
                        List.of(400, 422)),
                new Attack(
                        "an exponent without end",
                        "POST",
                        WIDGETS,
                        JSON,
                        widget("{\"number\":1e-999999999}").replace("\"w\"", "\"w3\""),
                        List.of(201)),
                new Attack("nested lists in JSON", "POST", MAPS, JSON, nested(9_000), List.of(400)),
                new Attack("nested lists in YAML", "POST", MAPS, YAML, nested(9_000), List.of(400)),
                new Attack("a deep JSON patch", "PATCH", MAPS + "/c", JSON_PATCH, nested(9_000), List.of(400)),
                new Attack(
                        "a deep value in a JSON patch",
                        "PATCH",
                        WIDGETS + "/w",
                        JSON_PATCH,
                        "[{\"op\":\"add\",\"path\":\"/spec/any\",\"value\":" + nested(9_000) + "}]",
                        List.of(413)),
                new Attack(
                        "values of a JSON patch that nest in each other",
                        "PATCH",
                        WIDGETS + "/w",
                        JSON_PATCH,
                        nestings(),
                        List.of(413, 422)),
                new Attack(
                        "a deep merge patch of what is left out",
                        "PATCH",
                        MAPS + "/c",
                        MERGE_PATCH,
                        objects(9_000),
                        List.of(200)),
                new Attack(
                        "a deep strategic patch of what is left out",
                        "PATCH",
                        MAPS + "/c",
                        STRATEGIC,
                        objects(9_000),
                        List.of(200)),
                new Attack(
                        "a merge patch of too many levels",
                        "PATCH",
                        MAPS + "/c",
                        MERGE_PATCH,
                        objects(10_000),
                        List.of(400)),
                new Attack(
                        "a strategic patch of too many levels",
                        "PATCH",
                        MAPS + "/c",
                        STRATEGIC,
                        objects(10_000),
                        List.of(400)),
                new Attack(
                        "a JSON object of as many levels as Kubernetes reads",
                        "POST",
                        MAPS + "?dryRun=All",
                        JSON,
                        "{\"metadata\":{\"name\":\"deep\"},\"x\":" + nested(9_999) + "}",
                        List.of(201)),
                new Attack(
                        "a JSON object of one level more",
                        "POST",
                        MAPS + "?dryRun=All",
                        JSON,
                        "{\"metadata\":{\"name\":\"deep\"},\"x\":" + nested(10_000) + "}",
                        List.of(400)),
                new Attack(
                        "a YAML object of as many levels as Kubernetes reads",
                        "POST",
                        MAPS + "?dryRun=All",
                        YAML,
                        "metadata: {name: deep}\nx:\n" + "- ".repeat(9_990) + "y\n",
                        List.of(201)),
                new Attack(
                        "a name that stands twice above many levels",
                        "POST",
                        MAPS + "?dryRun=All",
                        JSON,
                        "{\"metadata\":{\"name\":\"deep\"},\"x\":1,\"x\":" + nested(9_999) + "}",
                        List.of(201)),
                new Attack(
                        "a custom object that would be kept so deep",
                        "POST",
                        WIDGETS + "?dryRun=All",
                        JSON,
                        widget("{\"any\":" + objects(9_000) + "}").replace("\"w\"", "\"w4\""),
                        List.of(413)),
                new Attack(
                        "nested merges of YAML that copy all that is inside at each level",
                        "POST",
                        MAPS,
                        YAML,
                        merges(3_000),
                        List.of(400)),
                new Attack(
                        "a deep applied object",
                        "PATCH",
                        WIDGETS + "/w?fieldManager=m",
                        APPLY,
                        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"},\"spec\":{"
                                + "\"any\":" + objects(9_000) + "}}",
                        List.of(413)),
                new Attack(
                        "an applied object as deep as may be read",
                        "PATCH",
                        WIDGETS + "/w?fieldManager=m&force=true",
                        APPLY,
                        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"},\"spec\":{"
                                + "\"any\":" + objects(390) + "}}",
                        List.of(200, 413)),
                new Attack(
                        "a certificate request whose PEM begins with blank lines",
                        "POST",
                        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
                        JSON,
                        "{\"metadata\":{\"name\":\"r\"},\"spec\":{\"signerName\":\"a.b/c\",\"usages\":[\"client auth\"],"
                                + "\"request\":\""
                                + base64("-----BEGIN CERTIFICATE REQUEST-----" + "\n".repeat(500_000))
                                + "\"}}",
                        List.of(422)),
                new Attack(
                        "a printer column whose index is no number",
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        JSON,
                        DEFINITION
                                .replace("widget", "gadget")
                                .replace("Widget", "Gadget")
                                .replace(
                                        "\"served\"",
                                        "\"additionalPrinterColumns\":[{\"name\":\"x\",\"type\":\"string\",\"jsonPath\":"
                                                + "\".l[99999999999]" + ".a".repeat(100_000) + "\"}],\"served\""),
                        List.of(201, 422)),
                new Attack(
                        "a definition whose pattern looks around",
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        JSON,
                        DEFINITION
                                .replace("widget", "thing")
                                .replace("Widget", "Thing")
                                .replace("^(a|b)*$", "(?=a)b"),
                        List.of(422)),
                new Attack(
                        "thousands of twins under one long name",
                        "POST",
                        MAPS + "?fieldValidation=Strict",
                        JSON,
                        "{\"metadata\":{\"name\":\"t\"},\"" + "n".repeat(100_000) + "\":{" + "\"a\":1,".repeat(8_000)
                                + "\"a\":1}}",
                        List.of(400)),
                new Attack(
                        "a pattern whose repeats multiply",
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        JSON,
                        DEFINITION
                                .replace("widget", "many")
                                .replace("Widget", "Many")
                                .replace("^(a|b)*$", "(((a{100}){100}){100}){100}"),
                        List.of(422)),
                new Attack(
                        "a pattern of thousands of parentheses",
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        JSON,
                        DEFINITION
                                .replace("widget", "paren")
                                .replace("Widget", "Paren")
                                .replace("^(a|b)*$", "(".repeat(20_000) + "a" + ")".repeat(20_000)),
                        List.of(422)),
                new Attack(
                        "a pattern of many long repeats",
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        JSON,
                        DEFINITION
                                .replace("widget", "long")
                                .replace("Widget", "Long")
                                .replace("^(a|b)*$", "a{1000}".repeat(1_000)),
                        List.of(422)),
                new Attack(
                        "an image of thousands of parts",
                        "POST",
                        "/api/v1/namespaces/default/pods?dryRun=All",
                        JSON,
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"a"
                                + "/a".repeat(20_000) + "\"}]}}",
                        List.of(201, 403, 422)),
                new Attack(
                        "a search domain of thousands of labels",
                        "POST",
                        "/api/v1/namespaces/default/pods?dryRun=All",
                        JSON,
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"dnsConfig\":{\"searches\":[\"a"
                                + ".a".repeat(50_000) + "\"]},\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}",
                        List.of(403, 422)),
                new Attack(
                        "a field selector of a megabyte",
                        "GET",
                        MAPS + "?fieldSelector=" + "metadata.name!=a,".repeat(20_000),
                        JSON,
                        "",
                        List.of(200, 400)),
                new Attack(
                        "a label selector of a megabyte",
                        "GET",
                        MAPS + "?labelSelector=" + "a,".repeat(20_000),
                        JSON,
                        "",
                        List.of(200, 400)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefused(Attack attack) {
        RawServer.Answer answer = send(attack.method(), attack.path(), attack.type(), attack.body());
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.code())
                .as(text.substring(0, Math.min(text.length(), 500)))
                .isIn(attack.right());
    }

    private RawServer.Answer send(String method, String path, String type, String body) {
        return http.call(method, path, Map.of("content-type", type), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String widget(String spec) {
        return "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"},\"spec\":" + spec
                + "}";
    }

    private static String doublings(int times) {
        return "[" + "{\"op\":\"copy\",\"from\":\"/spec/any/a\",\"path\":\"/spec/any/a/-\"},".repeat(times - 1)
                + "{\"op\":\"copy\",\"from\":\"/spec/any/a\",\"path\":\"/spec/any/a/-\"}]";
    }

    private static String laughs() {
        var text = new StringBuilder("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: y}\nspec:\n  any:\n"
                + "    a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++)
            text.append("    a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        return text.toString();
    }

    private static String nestings() {
        var operations = new StringBuilder("[{\"op\":\"add\",\"path\":\"/spec/any\",\"value\":" + objects(390) + "}");
        String path = "/spec/any" + "/a".repeat(389);
        for (int i = 1; i < 50; i++) {
            operations.append(",{\"op\":\"add\",\"path\":\"" + path + "/a\",\"value\":" + objects(390) + "}");
            path += "/a".repeat(389);
        }
        return operations
                .append(",{\"op\":\"test\",\"path\":\"/spec/any\",\"value\":{}}]")
                .toString();
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static String merges(int levels) {
        String inner = IntStream.range(0, 1_000).mapToObj(i -> "k" + i + ": 1").collect(Collectors.joining(", "));
        return "x: " + "{<<: ".repeat(levels) + "{" + inner + "}" + "}".repeat(levels);
    }

    private static String objects(int levels) {
        return "{\"a\":".repeat(levels) + "{}" + "}".repeat(levels);
    }

    private static String base64(String text) {
        return java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String DEFINITION = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"widgets.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced",
              "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
              "versions":[{"name":"v1","served":true,"storage":true,
               "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
                "any":{"x-kubernetes-preserve-unknown-fields":true},
                "slow":{"type":"string","pattern":"^(a|aa)+$"},
                "deep":{"type":"string","pattern":"^(a|b)*$"},
                "short":{"type":"string","maxLength":10,"pattern":"^(a|aa)+b$"},
                "number":{"type":"number"},
                "items":{"type":"array","items":{"type":"object","properties":{
                  "text":{"type":"string","default":"%s"}}}}}}}}}}]}}
            """.formatted("d".repeat(1_000));
}
