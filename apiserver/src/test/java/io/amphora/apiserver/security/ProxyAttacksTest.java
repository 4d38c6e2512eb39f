package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proxying leads to Pods and kubelets, and nowhere else.
class ProxyAttacksTest {
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String POD = """
            {'metadata':{'name':'p'},'spec':{'nodeName':'n','containers':[
              {'name':'c','image':'i','ports':[{'name':'web','containerPort':8080}]}]}%s}""";

    private final AttackedServer server =
            new AttackedServer(ApiServerConfig.standard().withAddress("192.0.2.1:6443"));

    @BeforeEach
    void start() {
        server.admin("POST " + DEFAULT + "serviceaccounts", "{'metadata':{'name':'default'}}");
        server.admin("POST /api/v1/nodes", "{'metadata':{'name':'n'}}");
        server.admin("POST " + DEFAULT + "pods", POD.formatted(""));
        server.admin("POST " + DEFAULT + "services", "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
        podAddress("10.64.0.1");
        nodeAddress("InternalIP", "10.64.0.2", 10_250);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "pods/{0}/proxy: {1} {2}")
    @CsvSource({
        "p:80@127.0.0.1, 400, invalid pod request",
        "p:80#, 400, invalid pod request",
        "p:0, 400, invalid pod request",
        "p:-1, 400, invalid pod request",
        "p:+80, 400, invalid pod request",
        "p:65536, 400, invalid pod request",
        "p:4294967376, 400, invalid pod request",
        "p:٨٠, 400, invalid pod request",
        "p:other, 400, invalid pod request",
        "file:p:80, 400, invalid pod request",
        "HTTPS:p:80, 400, invalid pod request",
        "a:b:c:d, 400, invalid pod request",
        ":80, 400, invalid pod request",
        "p, 200, ''",
        "p:8080, 200, ''",
        "p:web, 200, ''",
        "https:p:web, 200, ''",
    })
    void a_pods_port_is_a_number_or_one_of_its_names(String name, int code, String says) {
        expect("GET " + DEFAULT + "pods/" + name + "/proxy/", code, says);
    }

    @ParameterizedTest(name = "nodes/{0}/proxy: {1} {2}")
    @CsvSource({
        "n:80@127.0.0.1, 400, invalid node request",
        "n:web, 400, invalid node request",
        "n:70000, 400, invalid node request",
        "ftp:n:80, 400, invalid node request",
        "n, 200, ''",
        "n:10250, 200, ''",
        "http:n:9100, 200, ''",
    })
    void a_nodes_port_is_a_number(String name, int code, String says) {
        expect("GET /api/v1/nodes/" + name + "/proxy/", code, says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s:80@127.0.0.1", "s:81", "s:other"})
    void a_services_port_is_one_of_its_own(String name) {
        expect("GET " + DEFAULT + "services/" + name + "/proxy/", 503, "no service port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:s:80", "a:b:c:d"})
    void a_services_scheme_is_that_of_http(String name) {
        expect("GET " + DEFAULT + "services/" + name + "/proxy/", 400, "invalid service request");
    }

    /// Loopback, links, nobody, everybody, this server, and its Service, however it is written.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "0:0:0:0:0:0:0:1",
                "fe80::1",
                "ff02::1",
                "::127.0.0.1",
                "192.0.2.1",
                "10.96.0.1",
            })
    void what_leads_back_to_this_machine_is_not_allowed(String address) {
        podAddress(address);
        expect("GET " + DEFAULT + "pods/p/proxy/", 400, "address not allowed");
        nodeAddress("InternalIP", address, 9100);
        expect("GET /api/v1/nodes/http:n:9101/proxy/", 400, "address not allowed");
        nodeAddress("InternalIP", address, 6443);
        for (String path : new String[] {"nodes/n/proxy/", "namespaces/default/pods/p/log"})
            expect("GET /api/v1/" + path, 400, "address not allowed");
        expect("POST " + DEFAULT + "pods/p/exec?command=id", 400, "address not allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "2130706433",
                "127.1",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "0:0:0:0:0:ffff:127.0.0.1"
            })
    void nor_is_another_spelling_of_it(String name) {
        nodeAddress("Hostname", name, 10_250);
        expect("GET /api/v1/nodes/n/proxy/", 400, "address not allowed");
    }

    private void expect(String request, int code, String says) {
        AttackedServer.Outcome outcome = server.send(User.ADMIN, request, Map.of(), "");
        assertThat(outcome.code()).as(request + ": " + outcome.text()).isEqualTo(code);
        assertThat(outcome.text()).contains(says);
    }

    private void podAddress(String address) {
        server.admin(
                "PUT " + DEFAULT + "pods/p/status",
                POD.formatted(",'status':{'podIP':'%1$s','podIPs':[{'ip':'%1$s'}]}".formatted(address)));
    }

    private void nodeAddress(String type, String address, int port) {
        server.admin("PUT /api/v1/nodes/n/status", """
                {'metadata':{'name':'n'},'status':{'addresses':[{'type':'%s','address':'%s'}],
                 'daemonEndpoints':{'kubeletEndpoint':{'Port':%d}}}}""".formatted(type, address, port));
    }
}
