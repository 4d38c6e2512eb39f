package io.amphora.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrictDecoderTest {
    private static final Schema POD = schema("v1", "Pod");
    private static final Schema CONFIG_MAP = schema("v1", "ConfigMap");
    private static final Schema SECRET = schema("v1", "Secret");
    private static final Schema DEPLOYMENT = schema("apps/v1", "Deployment");
    private static final Schema LEASE = schema("coordination.k8s.io/v1", "Lease");
    private static final Schema BUDGET = schema("policy/v1", "PodDisruptionBudget");

    private static Schema schema(String apiVersion, String kind) {
        return Schemas.of(GroupVersionKind.of(apiVersion, kind));
    }

    private static StrictDecoder.Decoded decode(String json, Schema schema) {
        return StrictDecoder.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), schema);
    }

    record Wrong(Schema schema, String json, String message) {}

    static Stream<Wrong> wrong() {
        String field = "json: cannot unmarshal %s into Go struct field %s of type %s";
        String quantities =
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
        return Stream.of(
                new Wrong(CONFIG_MAP, "{'data':{'a':1}}", field.formatted("number", "ConfigMap.data", "string")),
                new Wrong(
                        CONFIG_MAP, "{'data':['a']}", field.formatted("array", "ConfigMap.data", "map[string]string")),
                new Wrong(
                        CONFIG_MAP,
                        "{'metadata':'x'}",
                        field.formatted("string", "ConfigMap.metadata", "v1.ObjectMeta")),
                new Wrong(
                        CONFIG_MAP,
                        "{'metadata':{'creationTimestamp':'yesterday'}}",
                        "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""),
                new Wrong(
                        CONFIG_MAP,
                        "{'metadata':{'creationTimestamp':7}}",
                        field.formatted("number", "ObjectMeta.metadata.creationTimestamp", "string")),
                new Wrong(
                        DEPLOYMENT,
                        "{'spec':{'replicas':'3'}}",
                        field.formatted("string", "DeploymentSpec.spec.replicas", "int32")),
                new Wrong(
                        DEPLOYMENT,
                        "{'spec':{'replicas':1.5}}",
                        field.formatted("number 1.5", "DeploymentSpec.spec.replicas", "int32")),
                new Wrong(
                        DEPLOYMENT,
                        "{'spec':{'replicas':3000000000}}",
                        field.formatted("number 3000000000", "DeploymentSpec.spec.replicas", "int32")),
                new Wrong(
                        POD,
                        "{'metadata':{'labels':{'a':1}}}",
                        field.formatted("number", "ObjectMeta.metadata.labels", "string")),
                new Wrong(
                        POD,
                        "{'spec':{'containers':{}}}",
                        field.formatted("object", "PodSpec.spec.containers", "[]v1.Container")),
                new Wrong(
                        POD,
                        "{'spec':{'hostNetwork':'yes'}}",
                        field.formatted("string", "PodSpec.spec.hostNetwork", "bool")),
                new Wrong(
                        POD,
                        "{'spec':{'containers':[{'image':7}]}}",
                        field.formatted("number", "Container.spec.containers.image", "string")),
                new Wrong(
                        POD,
                        "{'spec':{'containers':[{'args':[7]}]}}",
                        field.formatted("number", "Container.spec.containers.args", "string")),
                new Wrong(
                        POD,
                        "{'spec':{'containers':[{'imagePullPolicy':true}]}}",
                        field.formatted("bool", "Container.spec.containers.imagePullPolicy", "v1.PullPolicy")),
                new Wrong(
                        POD,
                        "{'spec':{'containers':[{'ports':[{'containerPort':'80'}]}]}}",
                        field.formatted("string", "ContainerPort.spec.containers.ports.containerPort", "int32")),
                new Wrong(POD, "{'spec':{'containers':[{'resources':{'limits':{'cpu':'x'}}}]}}", quantities),
                new Wrong(POD, "{'spec':{'containers':[{'resources':{'limits':{'cpu':true}}}]}}", quantities),
                new Wrong(POD, "{'spec':{'containers':[{'image':7,'resources':{'limits':{'cpu':''}}}]}}", quantities),
                new Wrong(
                        BUDGET,
                        "{'spec':{'minAvailable':1.5}}",
                        field.formatted("number 1.5", "PodDisruptionBudgetSpec.spec.minAvailable", "int32")),
                new Wrong(SECRET, "{'data':{'a':'not base64'}}", "illegal base64 data at input byte 3"),
                new Wrong(SECRET, "{'data':{'a':'!!'}}", "illegal base64 data at input byte 0"),
                new Wrong(SECRET, "{'data':{'a':'YQ='}}", "illegal base64 data at input byte 3"),
                new Wrong(
                        LEASE,
                        "{'spec':{'renewTime':'2024-01-01T00:00:05Z'}}",
                        "parsing time \"2024-01-01T00:00:05Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\""),
                new Wrong(
                        LEASE,
                        "{'spec':{'renewTime':'soon'}}",
                        "parsing time \"soon\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"soon\" as \"2006\""),
                new Wrong(
                        LEASE,
                        "{'spec':{'leaseDurationSeconds':'15'}}",
                        field.formatted("string", "LeaseSpec.spec.leaseDurationSeconds", "int32")));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aValueOfTheWrongTypeIsRefusedInTheWordsOfKubernetes(Wrong wrong) {
        assertThatThrownBy(() -> decode(wrong.json(), wrong.schema()))
                .isInstanceOf(DecodeException.class)
                .hasMessage(wrong.message());
    }

    record Lenient(Schema schema, String json, String decoded) {}

    static Stream<Lenient> normalised() {
        return Stream.of(
                new Lenient(
                        CONFIG_MAP,
                        "{'metadata':{'name':'c','creationTimestamp':null},'data':{}}",
                        "{'metadata':{'name':'c'}}"),
                new Lenient(
                        CONFIG_MAP,
                        "{'metadata':{'name':'c'},'data':{'a':null}}",
                        "{'data':{'a':''},'metadata':{'name':'c'}}"),
                new Lenient(
                        CONFIG_MAP,
                        "{'metadata':{'creationTimestamp':'2024-01-01T02:00:00.5+01:00'}}",
                        "{'metadata':{'creationTimestamp':'2024-01-01T01:00:00Z'}}"),
                new Lenient(
                        DEPLOYMENT,
                        "{'spec':{'replicas':0,'paused':false,'selector':null}}",
                        "{'metadata':{},'spec':{'replicas':0,'selector':null,'strategy':{},'template':{'metadata':{},'spec':{'containers':null}}},'status':{}}"),
                new Lenient(
                        POD,
                        "{'spec':{'hostNetwork':false,'containers':[{'name':'a','command':[],'resources':{'limits':{'cpu':'0.5','memory':'1024Ki'}}}],'volumes':[{'name':'v','emptyDir':{}}]}}",
                        "{'metadata':{},'spec':{'containers':[{'name':'a','resources':{'limits':{'cpu':'500m','memory':'1Mi'}}}],'volumes':[{'emptyDir':{},'name':'v'}]},'status':{}}"),
                new Lenient(
                        schema("rbac.authorization.k8s.io/v1", "Role"), "{'rules':[]}", "{'metadata':{},'rules':null}"),
                new Lenient(
                        LEASE,
                        "{'spec':{'renewTime':'2024-01-01T00:00:05.100000Z'}}",
                        "{'metadata':{},'spec':{'renewTime':'2024-01-01T00:00:05.100000Z'}}"),
                new Lenient(SECRET, "{'data':{'a':'YW\\nI='}}", "{'data':{'a':'YWI='},'metadata':{}}"));
    }

    @ParameterizedTest
    @MethodSource("normalised")
    void anObjectIsWrittenAsKubernetesWritesItBack(Lenient lenient) {
        var decoded = decode(lenient.json(), lenient.schema());
        assertThat(Json.write(decoded.tree())).isEqualTo(lenient.decoded().replace('\'', '"'));
        assertThat(decoded.problems()).isEmpty();
        assertThat(StrictDecoder.decode(decoded.tree(), lenient.schema()).tree())
                .isSameAs(decoded.tree());
    }

    record Sloppy(Schema schema, String json, List<String> problems) {}

    static Stream<Sloppy> sloppy() {
        return Stream.of(
                new Sloppy(
                        POD,
                        "{'metadata':{'name':'p','colour':'red'},'spec':{'containers':[{'name':'a','image':'i','image':'j','ports':[{'port':1}]}],'containerz':[]}}",
                        List.of(
                                "unknown field \"metadata.colour\"",
                                "duplicate field \"spec.containers[0].image\"",
                                "unknown field \"spec.containers[0].ports[0].port\"",
                                "unknown field \"spec.containerz\"")),
                new Sloppy(
                        CONFIG_MAP,
                        "{'metadata':{'lables':{'a':'b'}},'data':{'a':'1','a':'2'},'dota':{'x':1,'x':2}}",
                        List.of(
                                "unknown field \"metadata.lables\"",
                                "duplicate field \"data.a\"",
                                "unknown field \"dota\"")),
                new Sloppy(
                        DEPLOYMENT,
                        "{'spec':{'selectr':1,'template':{'spec':{'containers':[{'name':'c','imag':1,'env':[{'valu':'x'}]}]}}}}",
                        List.of(
                                "unknown field \"spec.selectr\"",
                                "unknown field \"spec.template.spec.containers[0].imag\"",
                                "unknown field \"spec.template.spec.containers[0].env[0].valu\"")));
    }

    @ParameterizedTest
    @MethodSource("sloppy")
    void unknownAndDuplicateFieldsAreToldInTheOrderOfTheText(Sloppy sloppy) {
        assertThat(decode(sloppy.json(), sloppy.schema()).problems()).isEqualTo(sloppy.problems());
    }

    @Test
    void aCustomResourceIsPrunedAndItsMetadataDecoded() {
        Schema spec = Schema.object("", Schema.Merge.GRANULAR, false)
                .define(List.of(field("a", Schema.scalar(Schema.Type.STRING, Schema.Format.NONE))));
        Schema thing = Schema.object("", Schema.Merge.GRANULAR, false)
                .define(List.of(
                        field("spec", spec),
                        field("metadata", Schemas.byName("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"))));
        var decoded = decode(
                "{'spec':{'zz':1,'a':'1','a':'2'},'metadata':{'name':'x','foo':1,'labels':{}},'other':1}", thing);
        assertThat(decoded.tree())
                .isEqualTo(ObjectTree.of("metadata", ObjectTree.of("name", "x"), "spec", ObjectTree.of("a", "2")));
        assertThat(decoded.problems())
                .containsExactly(
                        "duplicate field \"spec.a\"",
                        "unknown field \"metadata.foo\"",
                        "unknown field \"other\"",
                        "unknown field \"spec.zz\"");
    }

    private static Schema.Field field(String name, Schema schema) {
        return new Schema.Field(name, schema, 0, false, null, "", "");
    }
}
