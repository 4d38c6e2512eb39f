package io.amphora.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.machinery.tree.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ZoneTest {
    private static final Zone ZONE = Zone.of(
            List.of(
                    service(
                            "web",
                            "\"clusterIP\":\"10.96.0.7\",\"ports\":[{\"name\":\"http\",\"port\":80,\"protocol\":\"TCP\"}]"),
                    service("db", "\"clusterIP\":\"None\""),
                    service("idle", "\"clusterIP\":\"None\""),
                    service("out", "\"type\":\"ExternalName\",\"externalName\":\"example.com\"")),
            Map.of(
                    "default/db",
                    List.of(EndpointSlice.of(Json.read(
                                    "{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"sql\",\"port\":5432,\"protocol\":\"TCP\"}],\"endpoints\":["
                                            + "{\"addresses\":[\"10.244.1.2\"],\"hostname\":\"db-0\",\"conditions\":{\"ready\":true}},"
                                            + "{\"addresses\":[\"10.244.1.3\"],\"conditions\":{\"ready\":false}},"
                                            + "{\"addresses\":[\"10.244.1.4\"],\"conditions\":{\"ready\":true}}]}")
                            .object()))),
            List.of("default"),
            "cluster.local");

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            web.default.svc.cluster.local                | A    | 10.96.0.7
            WEB.Default.svc.cluster.local                | A    | 10.96.0.7
            web.default.svc.cluster.local                | AAAA | (empty)
            _http._tcp.web.default.svc.cluster.local     | SRV  | 80 web.default.svc.cluster.local + 10.96.0.7
            _tcp.web.default.svc.cluster.local           | A    | (empty)
            nothing.default.svc.cluster.local            | A    | (no such name)
            default.svc.cluster.local                    | A    | (empty)
            db.default.svc.cluster.local                 | A    | 10.244.1.2 10.244.1.4
            db-0.db.default.svc.cluster.local            | A    | 10.244.1.2
            10-244-1-4.db.default.svc.cluster.local      | A    | 10.244.1.4
            _sql._tcp.db.default.svc.cluster.local       | SRV  | 5432 db-0.db.default.svc.cluster.local 5432 10-244-1-4.db.default.svc.cluster.local + 10.244.1.2 10.244.1.4
            idle.default.svc.cluster.local               | A    | (empty)
            out.default.svc.cluster.local                | A    | -> example.com
            1-2-3-4.default.pod.cluster.local            | A    | 1.2.3.4
            1-2-3-4.missing.pod.cluster.local            | A    | (no such name)
            7.0.96.10.in-addr.arpa                       | PTR  | web.default.svc.cluster.local
            2.1.244.10.in-addr.arpa                      | PTR  | db-0.db.default.svc.cluster.local
            9.9.9.9.in-addr.arpa                         | PTR  | (elsewhere)
            example.com                                  | A    | (elsewhere)
            dns-version.cluster.local                    | TXT  | 1.1.0
            """)
    void answers(String name, String type, String expected) {
        String shown = switch (ZONE.answer(name, type)) {
            case Answer.Elsewhere ignored -> "(elsewhere)";
            case Answer.NoSuchName ignored -> "(no such name)";
            case Answer.Found(var records, var additional) ->
                records.isEmpty() ? "(empty)" : show(records) + (additional.isEmpty() ? "" : " + " + show(additional));
        };
        assertThat(shown).isEqualTo(expected);
    }

    private static String show(List<Answer.Record> records) {
        return records.stream()
                .map(each -> switch (each) {
                    case Answer.Record.Address(var ignored, var address) -> address;
                    case Answer.Record.Alias(var ignored, var target) -> "-> " + target;
                    case Answer.Record.Service(var ignored, var port, var target) -> port + " " + target;
                    case Answer.Record.Pointer(var ignored, var target) -> target;
                    case Answer.Record.Text(var ignored, var text) -> text;
                })
                .collect(Collectors.joining(" "));
    }

    private static Service service(String name, String spec) {
        return Service.of(Json.read(
                        "{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"default\"},\"spec\":{" + spec + "}}")
                .object());
    }
}
