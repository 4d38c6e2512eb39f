package io.amphora.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonOrderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':'m','reason':'NotFound',"
                        + "'details':{'name':'n','group':'g','kind':'k','uid':'u',"
                        + "'causes':[{'reason':'r','message':'m','field':'f'}],'retryAfterSeconds':1},'code':404}",
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Success'}",
                "{'kind':'APIResourceList','apiVersion':'v1','groupVersion':'v1','resources':[]}",
                "{'kind':'ConfigMap','apiVersion':'v1','metadata':{'name':'a','uid':'u'},'binaryData':{},'data':{}}",
            })
    void a_document_is_written_as_kubernetes_writes_it(String expected) {
        byte[] text = expected.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertThat(JsonOrder.bytes(Json.read(text).object())).isEqualTo(text);
    }
}
