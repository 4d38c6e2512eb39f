package io.amphora.controllers.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequestCondition;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CertificateControllersTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");
    private static final String NODE = "O=system:nodes,CN=system:node:one";
    private static final List<String> CLIENT = List.of("client auth", "digital signature");
    private static final List<String> SERVER = List.of("server auth", "digital signature");
    private static final KeyPair KEYS = TestAuthority.keys();
    private static final CertificateAuthority AUTHORITY = TestAuthority.signing(KEYS, NOW);

    // ---- approving ----

    private record Approval(
            String sentence, String user, String subject, List<String> usages, List<String> rights, String message) {}

    @Test
    void kubelets_get_their_client_certificates_by_their_rights() {
        var table = List.of(
                new Approval(
                        "a joining machine",
                        "system:bootstrap:abc",
                        NODE,
                        CLIENT,
                        List.of("nodeclient"),
                        "Auto approving kubelet client certificate after SubjectAccessReview."),
                new Approval(
                        "a node for itself",
                        "system:node:one",
                        NODE,
                        CLIENT,
                        List.of("selfnodeclient"),
                        "Auto approving self kubelet client certificate after SubjectAccessReview."),
                new Approval("a node for another", "system:node:two", NODE, CLIENT, List.of("selfnodeclient"), ""),
                new Approval("without rights", "system:bootstrap:abc", NODE, CLIENT, List.of(), ""),
                new Approval(
                        "RSA keys encipher",
                        "system:bootstrap:abc",
                        NODE,
                        List.of("key encipherment", "client auth", "digital signature"),
                        List.of("nodeclient"),
                        "Auto approving kubelet client certificate after SubjectAccessReview."),
                new Approval("other usages", "system:bootstrap:abc", NODE, SERVER, List.of("nodeclient"), ""),
                new Approval(
                        "no node", "system:bootstrap:abc", "O=system:nodes,CN=jane", CLIENT, List.of("nodeclient"), ""),
                new Approval(
                        "another group",
                        "system:bootstrap:abc",
                        "O=system:masters,CN=system:node:one",
                        CLIENT,
                        List.of("nodeclient"),
                        ""));
        for (Approval each : table) {
            var request = request(Signers.KUBELET_CLIENT, each.user(), each.subject(), each.usages());
            List<Action> actions = Plans.follow(
                    plan(new CertificateApproval(), request),
                    action -> new Outcome.Done(action, answer(action, each.rights())));
            assertThat(approvals(actions))
                    .as(each.sentence())
                    .isEqualTo(each.message().isEmpty() ? List.of() : List.of(each.message()));
        }
    }

    private static ObjectTree answer(Action action, List<String> rights) {
        if (!(action instanceof Action.Create(var ignored, var review))) return ObjectTree.EMPTY;
        String right = review.tree().object("spec").object("resourceAttributes").text("subresource");
        return ObjectTree.EMPTY.with("status", ObjectTree.EMPTY.with("allowed", rights.contains(right)));
    }

    private static List<String> approvals(List<Action> actions) {
        return actions.stream()
                .filter(Action.Update.class::isInstance)
                .map(Action.Update.class::cast)
                .filter(update -> update.subresource().equals("approval"))
                .map(update -> ((CertificateSigningRequest) update.object())
                        .status()
                        .conditions()
                        .getLast())
                .map(CertificateSigningRequestCondition::message)
                .toList();
    }

    @Test
    void a_node_gets_a_serving_certificate_for_itself_alone() {
        var own =
                from("10.0.0.1", request(Signers.KUBELET_SERVING, "system:node:one", NODE, SERVER, "one", "10.0.0.1"));
        var foreign = from("10.0.0.1", request(Signers.KUBELET_SERVING, "system:node:two", NODE, SERVER, "10.0.0.1"));
        var nameless = request(Signers.KUBELET_SERVING, "system:node:one", NODE, SERVER);
        assertThat(plan(new CertificateApproval(), own).actions()).hasSize(1);
        assertThat(plan(new CertificateApproval(), foreign).isNothing()).isTrue();
        assertThat(plan(new CertificateApproval(), nameless).isNothing()).isTrue();
    }

    private static CertificateSigningRequest from(String source, CertificateSigningRequest request) {
        return request.withSpec(request.spec().withExtra(Map.of(NodeClaims.SOURCE, List.of(source))));
    }

    // ---- signing ----

    private record Signing(String signer, String subject, List<String> usages, List<String> names, String refusal) {}

    @Test
    void each_signer_signs_what_it_lets_through_and_says_why_not() {
        var table = List.of(
                new Signing(Signers.CLIENT, "CN=jane", CLIENT, List.of(), ""),
                new Signing(
                        Signers.CLIENT,
                        "CN=jane",
                        SERVER,
                        List.of(),
                        "invalid usage for client certificate: server auth"),
                new Signing(
                        Signers.CLIENT,
                        "CN=jane",
                        List.of("digital signature"),
                        List.of(),
                        "missing required usage for client certificate: client auth"),
                new Signing(Signers.KUBELET_CLIENT, NODE, CLIENT, List.of(), ""),
                new Signing(
                        Signers.KUBELET_CLIENT, NODE, CLIENT, List.of("one"), "DNS subjectAltNames are not allowed"),
                new Signing(
                        Signers.KUBELET_CLIENT,
                        "CN=system:node:one",
                        CLIENT,
                        List.of(),
                        "subject organization is not system:nodes"),
                new Signing(Signers.KUBELET_SERVING, NODE, SERVER, List.of("one", "10.0.0.1"), ""),
                new Signing(Signers.KUBELET_SERVING, NODE, SERVER, List.of(), "DNS or IP subjectAltName is required"),
                new Signing(Signers.LEGACY, "CN=x", List.of("code signing"), List.of(), ""));
        for (Signing each : table) {
            var request = approved(request(
                    each.signer(),
                    "u",
                    each.subject(),
                    each.usages(),
                    each.names().toArray(String[]::new)));
            var plan = plan(new CertificateSigning(AUTHORITY), request);
            var written =
                    (CertificateSigningRequest) ((Action.Update) plan.actions().getFirst()).object();
            var last = written.status().conditions().getLast();
            assertThat(last.type().equals("Failed") ? last.message() : "")
                    .as(each.toString())
                    .isEqualTo(each.refusal());
            assertThat((written.status().certificate().length > 0))
                    .isEqualTo(each.refusal().isEmpty());
        }
    }

    @Test
    void a_certificate_lives_as_long_as_asked_but_no_longer_than_a_year() throws Exception {
        Duration backdate = Duration.ofMinutes(5);
        Map<Integer, Duration> table = Map.of(
                3600,
                Duration.ofHours(1),
                8 * 3600,
                Duration.ofHours(8).minus(backdate),
                90_000_000,
                Duration.ofDays(365).minus(backdate));
        for (var each : table.entrySet()) {
            var request = approved(request(Signers.CLIENT, "u", "CN=jane", CLIENT));
            Plan plan = plan(
                    new CertificateSigning(AUTHORITY),
                    request.withSpec(request.spec().withExpirationSeconds(each.getKey())));
            var written =
                    (CertificateSigningRequest) ((Action.Update) plan.actions().getFirst()).object();
            assertThat(read(written.status().certificate()).getNotAfter().toInstant())
                    .isEqualTo(NOW.plus(each.getValue()));
            assertThat(read(written.status().certificate()).getNotBefore().toInstant())
                    .isEqualTo(NOW.minus(backdate));
        }
    }

    private static X509Certificate read(byte[] pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    @Test
    void what_is_not_approved_or_not_ours_is_left_alone() {
        var signing = new CertificateSigning(AUTHORITY);
        assertThat(plan(signing, request(Signers.CLIENT, "u", "CN=jane", CLIENT))
                        .isNothing())
                .isTrue();
        assertThat(plan(signing, approved(request("example.com/mine", "u", "CN=jane", CLIENT)))
                        .isNothing())
                .isTrue();
    }

    // ---- cleaning ----

    @Test
    void requests_go_when_their_time_is_over() {
        var pending = request(Signers.CLIENT, "u", "CN=jane", CLIENT);
        assertThat(plan(new CertificateCleaner(), born(pending, "2026-03-04T10:00:00Z"))
                        .actions())
                .hasSize(1);
        assertThat(plan(new CertificateCleaner(), born(pending, "2026-03-04T11:00:00Z"))
                        .lookAgain())
                .isEqualTo(Instant.parse("2026-03-05T11:00:00Z"));
        var denied = decided(pending, "Denied", "2026-03-05T09:00:00Z");
        assertThat(plan(new CertificateCleaner(), born(denied, "2026-03-05T09:00:00Z"))
                        .actions())
                .hasSize(1);
        var approved = decided(pending, "Approved", "2026-03-05T09:30:00Z");
        assertThat(plan(new CertificateCleaner(), born(approved, "2026-03-01T09:00:00Z"))
                        .lookAgain())
                .isEqualTo(Instant.parse("2026-03-05T10:30:00Z"));
    }

    private static CertificateSigningRequest born(CertificateSigningRequest request, String time) {
        return CertificateSigningRequest.of(request.tree().withAt(Tree.of(time), "metadata", "creationTimestamp"));
    }

    // ---- requests ----

    private static Plan plan(Controller<CertificateSigningRequest> controller, CertificateSigningRequest request) {
        var seen = Seen.of(controller.watches(), Map.of(CertificateSigningRequests.DEFINITION, List.of(request)));
        return controller.plan(request, seen, NOW);
    }

    private static CertificateSigningRequest approved(CertificateSigningRequest request) {
        return decided(request, "Approved", NOW.toString());
    }

    private static CertificateSigningRequest decided(CertificateSigningRequest request, String type, String time) {
        var condition = CertificateSigningRequestCondition.EMPTY
                .withType(type)
                .withStatus("True")
                .withLastUpdateTime(Instant.parse(time));
        return request.withStatus(request.status().withConditions(List.of(condition)));
    }

    private static CertificateSigningRequest request(
            String signer, String user, String subject, List<String> usages, String... names) {
        var request = CertificateSigningRequest.of(
                Plans.yaml(
                        "{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: csr, uid: 3c9a7b52-0f0e-4d39-9d52-0a4f3c6a0a11}}"));
        return request.withSpec(request.spec()
                .withSignerName(signer)
                .withUsername(user)
                .withGroups(List.of("system:nodes", "system:authenticated"))
                .withUsages(usages)
                .withRequest(pkcs10(subject, names)));
    }

    private static byte[] pkcs10(String subject, String... names) {
        try {
            var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), KEYS.getPublic());
            if (names.length > 0) {
                var all = new ArrayList<GeneralName>();
                for (String name : names)
                    all.add(new GeneralName(
                            name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, name));
                var extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(all.toArray(GeneralName[]::new)));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            var text = new StringWriter();
            try (var writer = new JcaPEMWriter(text)) {
                writer.writeObject(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate())));
            }
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        } catch (IOException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
