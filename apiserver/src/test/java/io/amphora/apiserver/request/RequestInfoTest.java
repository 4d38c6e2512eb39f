package io.amphora.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {
    /// verb | group | version | namespace | resource | name | subresource | rest
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "GET /api/v1/pods => list||v1||pods|||",
                "GET /api/v1/pods?watch=1 => watch||v1||pods|||",
                "GET /api/v1/watch/pods => watch||v1||pods|||",
                "GET /api/v1/watch/namespaces/n/pods/p => watch||v1|n|pods|p||",
                "GET /api/v1/namespaces/n/pods/p => get||v1|n|pods|p||",
                "GET /api/v1/namespaces/n/pods/p?watch=1 => get||v1|n|pods|p||",
                "GET /api/v1/namespaces/n/pods?fieldSelector=metadata.name%p => list||v1|n|pods|p||",
                "POST /api/v1/namespaces/n/pods => create||v1|n|pods|||",
                "POST /api/v1/namespaces/n/pods/p/binding => create||v1|n|pods|p|binding|",
                "GET /api/v1/namespaces/n/services/s/proxy/a/b => get||v1|n|services|s|proxy|/a/b",
                "DELETE /api/v1/namespaces/n/pods => deletecollection||v1|n|pods|||",
                "DELETE /api/v1/namespaces/n/pods/p => delete||v1|n|pods|p||",
                "GET /api/v1/namespaces => list||v1||namespaces|||",
                "GET /api/v1/namespaces/n => get||v1|n|namespaces|n||",
                "PUT /api/v1/namespaces/n/finalize => update||v1|n|namespaces|n|finalize|",
                "PATCH /apis/apps/v1/namespaces/n/deployments/d/status => patch|apps|v1|n|deployments|d|status|",
                "GET /apis/apps/v1/namespaces/n/deployments/ => list|apps|v1|n|deployments|||",
                "GET /apis/apps/v1 => get|||||||",
                "GET /healthz => get|||||||",
                "POST /version => post|||||||",
            })
    void a_path_and_a_method_mean(String request, String meaning) {
        RequestInfo info = RequestInfo.of(request(request));
        String seen = String.join(
                "|",
                info.verb(),
                info.group(),
                info.version(),
                info.namespace(),
                info.resource(),
                info.name(),
                info.subresource(),
                info.rest());
        assertThat(seen).isEqualTo(meaning);
    }

    private static ApiRequest request(String line) {
        String[] words = line.split(" ");
        String[] target = words[1].split("\\?");
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (target.length == 2) {
            String[] pair = target[1].split("=");
            query.put(pair[0], List.of(pair[1].replace('%', '=')));
        }
        return new ApiRequest(words[0], target[0], query, Map.of(), null);
    }
}
