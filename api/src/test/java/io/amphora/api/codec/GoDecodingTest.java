package io.amphora.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The corners of Go's JSON decoder: how numbers are spelled, names that stand twice, what stands for bytes.
class GoDecodingTest {
    private static final Schema DEPLOYMENT = schema("apps/v1", "Deployment");
    private static final Schema CONFIG_MAP = schema("v1", "ConfigMap");
    private static final Schema SECRET = schema("v1", "Secret");
    private static final Schema POD = schema("v1", "Pod");
    private static final Schema FLOAT = schema("apiextensions.k8s.io/v1", "CustomResourceDefinition");

    private static Schema schema(String apiVersion, String kind) {
        return Schemas.of(GroupVersionKind.of(apiVersion, kind));
    }

    /// @param outcome a part of the decoded object, or of the message
    record Fact(String name, Schema schema, String json, String outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Fact> facts() {
        String replicas =
                "json: cannot unmarshal number %s into Go struct field DeploymentSpec.spec.replicas of type int32";
        return Stream.of(
                new Fact("3.0 is no int32", DEPLOYMENT, "{'spec':{'replicas':3.0}}", replicas.formatted("3.0")),
                new Fact("30E-1 is no int32", DEPLOYMENT, "{'spec':{'replicas':30E-1}}", replicas.formatted("30E-1")),
                new Fact("1e+06 is no int32", DEPLOYMENT, "{'spec':{'replicas':1e+06}}", replicas.formatted("1e+06")),
                new Fact(
                        "1e3 is no int64",
                        POD,
                        "{'spec':{'securityContext':{'runAsUser':1e3}}}",
                        "cannot unmarshal number 1e3 into Go struct field"),
                new Fact(
                        "a number is a quantity as it is spelled",
                        POD,
                        "{'spec':{'overhead':{'memory':1e3}}}",
                        "{'memory':'1e3'}"),
                new Fact(
                        "3.0 is a float64, written back as 3",
                        FLOAT,
                        "{'spec':{'versions':[{'schema':{'openAPIV3Schema':{'maximum':3.0}}}]}}",
                        "{'maximum':3}"),
                new Fact(
                        "maps are merged",
                        CONFIG_MAP,
                        "{'data':{'a':'1','a':'2'},'data':{'b':'3'}}",
                        "{'a':'2','b':'3'}"),
                new Fact(
                        "structs are merged, and the maps in them",
                        CONFIG_MAP,
                        "{'metadata':{'name':'t','labels':{'a':'1'}},'metadata':{'labels':{'b':'2'}}}",
                        "{'labels':{'a':'1','b':'2'},'name':'t'}"),
                new Fact(
                        "items of lists are merged by their index",
                        POD,
                        "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b'}],'containers':[{'name':'c'}]}}",
                        "[{'image':'x','name':'c','resources':{}}]"),
                new Fact(
                        "null takes a pointer away",
                        DEPLOYMENT,
                        "{'spec':{'replicas':3,'replicas':null,'paused':true}}",
                        "{'paused':true,'selector':null"),
                new Fact(
                        "null leaves a text as it is",
                        CONFIG_MAP,
                        "{'metadata':{'name':'t','name':null}}",
                        "{'name':'t'}"),
                new Fact("null among bytes is empty", SECRET, "{'data':{'a':null}}", "{'a':''}"),
                new Fact("numbers are bytes, too", SECRET, "{'data':{'a':[104,105,null]}}", "{'a':'aGkA'}"),
                new Fact("300 is no byte", SECRET, "{'data':{'a':[300]}}", "cannot unmarshal number 300"));
    }

    @ParameterizedTest
    @MethodSource("facts")
    void decodes_as_go_does(Fact fact) {
        assertThat(outcome(fact)).contains(fact.outcome.replace('\'', '"'));
    }

    private static String outcome(Fact fact) {
        byte[] json = fact.json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        try {
            ObjectTree decoded = StrictDecoder.decode(json, fact.schema).tree();
            assertThat(Json.read(Json.bytes(decoded))).isEqualTo(decoded);
            return decoded.toString();
        } catch (DecodeException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }
}
