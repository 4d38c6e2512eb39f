package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.auth.User;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nobody is left to believe that something protects them which does nothing.
class NotEnforcedAttacksTest {
    private static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";
    private static final String DEFINITION = """
            {'metadata':{'name':'things.example.com'},'spec':{'group':'example.com','scope':'Cluster',
             'names':{'plural':'things','singular':'thing','kind':'Thing','listKind':'ThingList'},
             'versions':[{'name':'v1','served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',
              'properties':{'spec':{'type':'object','properties':{'a':{'type':'string'%s}}}}}}}]%s}}""";

    private final AttackedServer server = new AttackedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies | networkpolicies.networking.k8s.io |"
                        + " {'metadata':{'name':'a'},'spec':{'podSelector':{}}}",
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations |"
                        + " validatingwebhookconfigurations.admissionregistration.k8s.io | {'metadata':{'name':'a'}}",
                "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations |"
                        + " mutatingwebhookconfigurations.admissionregistration.k8s.io | {'metadata':{'name':'a'}}",
                "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings |"
                        + " mutatingadmissionpolicybindings.admissionregistration.k8s.io |"
                        + " {'metadata':{'name':'a'},'spec':{'policyName':'p'}}",
                "/apis/apiregistration.k8s.io/v1/apiservices | spec.service |"
                        + " {'metadata':{'name':'v1.example.com'},'spec':{'group':'example.com','version':'v1',"
                        + "'groupPriorityMinimum':1,'versionPriority':1,'insecureSkipTLSVerify':true,"
                        + "'service':{'namespace':'default','name':'s'}}}",
            })
    void what_does_nothing_yet_says_so(String path, String what, String body) {
        var outcome = server.send(User.ADMIN, "POST " + path, Map.of(), body);
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(201);
        assertThat(outcome.warnings()).singleElement().asString().contains(what, "stored, but not enforced");
    }

    @Test
    void each_change_of_a_policy_says_so_and_a_deletion_does_not() {
        server.admin("POST " + POLICIES, "{'metadata':{'name':'a'},'spec':{'podSelector':{}}}");
        String patch = "{'metadata':{'labels':{'a':'b'}}}";
        assertThat(server.send(User.ADMIN, "PATCH/merge " + POLICIES + "/a", Map.of(), patch)
                        .warnings())
                .hasSize(1);
        assertThat(server.send(User.ADMIN, "DELETE " + POLICIES + "/a", Map.of(), "")
                        .warnings())
                .isEmpty();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' | ''",
                ",'x-kubernetes-validations':[{'rule':'true'}] | '' | ''",
                "'' | ,'conversion':{'strategy':'Webhook','webhook':{'conversionReviewVersions':['v1'],"
                        + "'clientConfig':{'url':'https://example.com'}}} | spec.conversion",
            },
            quoteCharacter = '\0')
    void a_definition_says_what_of_it_does_nothing(String rules, String conversion, String what) {
        String body = DEFINITION.formatted(rules.equals("''") ? "" : rules, conversion.equals("''") ? "" : conversion);
        var outcome =
                server.send(User.ADMIN, "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions", Map.of(), body);
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(201);
        if (what.equals("''")) assertThat(outcome.warnings()).isEmpty();
        else assertThat(outcome.warnings()).singleElement().asString().startsWith(what + ": stored, but not enforced");
    }
}
