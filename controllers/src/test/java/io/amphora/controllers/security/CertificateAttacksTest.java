package io.amphora.controllers.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequestCondition;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.controllers.certificates.CertificateApproval;
import io.amphora.controllers.certificates.CertificateSigning;
import io.amphora.controllers.certificates.TestAuthority;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.x509.Subject;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests for certificates that would make somebody out of nobody. `system:node:one` asks from
/// 10.0.0.1; node two has 10.0.0.2, the API server 10.0.0.100, Services have 10.96.0.0/16.
final class CertificateAttacksTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    private static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final String SOURCE = "10.0.0.1";
    private static final String UID = "3c9a7b52-0f0e-4d39-9d52-0a4f3c6a0a11";

    /// @param name what the row says
    private record Attack(String name, String signer, byte[] pem) {
        Attack(String name, String signer, Csr csr) {
            this(name, signer, csr.pem());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// Refused by every signer, also when somebody has approved them.
    static Stream<Attack> unreadable() {
        Csr node = Csr.ofNode("one");
        return Stream.of(
                new Attack(
                        "a CSR with two common names is refused",
                        KUBELET_CLIENT,
                        Csr.of("O=system:nodes", "CN=system:kube-controller-manager", "CN=system:node:one")),
                new Attack(
                        "a CSR with two common names, the node's first, is refused",
                        KUBELET_CLIENT,
                        node.with(Csr.rdn(Csr.pair("CN=system:kube-controller-manager")))),
                new Attack(
                        "a CSR with an empty common name and another is refused",
                        KUBELET_CLIENT,
                        Csr.of("O=system:nodes", "CN=", "CN=system:node:one")),
                new Attack(
                        "a CSR with a multi-valued part is refused",
                        KUBELET_CLIENT,
                        Csr.of("O=system:nodes")
                                .with(Csr.rdn(Csr.pair("CN=system:node:one"), Csr.pair("O=system:masters")))),
                new Attack(
                        "a CSR whose common name shares its part with another is refused",
                        CLIENT,
                        Csr.of().with(Csr.rdn(Csr.pair("CN=jane"), Csr.pair("CN=john")))),
                new Attack("a CSR with a NUL in its common name is refused", CLIENT, Csr.of("CN=jane\0system:masters")),
                new Attack("a CSR with a line break in a group is refused", CLIENT, Csr.of("O=a\nb", "CN=jane")),
                new Attack(
                        "a CSR whose group is an OCTET STRING is refused",
                        CLIENT,
                        Csr.of("CN=jane")
                                .with(Csr.rdn(Csr.pair(
                                        "O", new DEROctetString("system:masters".getBytes(StandardCharsets.UTF_8)))))),
                new Attack(
                        "a CSR with a group in two encodings at once is refused",
                        CLIENT,
                        Csr.of("CN=jane").with(Csr.rdn(Csr.pair("O", new DERSet(new DERUTF8String("a")))))),
                new Attack(
                        "a CSR that another key signed is refused",
                        KUBELET_CLIENT,
                        node.signedBy(Csr.keys("EC", new ECGenParameterSpec("secp256r1")))),
                new Attack(
                        "a CSR with an RSA key of 1024 bits is refused",
                        CLIENT,
                        Csr.of("CN=jane").withKeys(Csr.rsa(1024), "SHA256withRSA")),
                new Attack(
                        "a CSR signed with SHA-1 is refused",
                        CLIENT,
                        Csr.of("CN=jane").withKeys(Csr.rsa(2048), "SHA1withRSA")),
                new Attack(
                        "a CSR that asks for extensions twice is refused",
                        SERVING,
                        node.named("one").named("kubernetes.default.svc")),
                new Attack(
                        "a CSR whose one attribute holds two lists of extensions is refused",
                        SERVING,
                        node.asking(twoValues())),
                new Attack(
                        "a CSR with two extensions of alternative names is refused",
                        SERVING,
                        node.asking(
                                Csr.names(new GeneralName(GeneralName.dNSName, "one")),
                                Csr.names(new GeneralName(GeneralName.dNSName, "kubernetes")))),
                new Attack(
                        "a CSR with a NUL in a DNS name is refused",
                        SERVING,
                        node.asking(Csr.names(
                                new GeneralName(GeneralName.dNSName, new DERIA5String("one\0.evil.example"))))),
                new Attack(
                        "a CSR with an empty DNS name is refused",
                        SERVING,
                        node.asking(Csr.names(
                                new GeneralName(GeneralName.dNSName, ""),
                                new GeneralName(GeneralName.dNSName, "one")))),
                new Attack(
                        "a CSR with an address of three octets is refused",
                        SERVING,
                        node.asking(Csr.names(
                                new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[] {10, 0, 0}))))),
                new Attack(
                        "a CSR with an address and its mask is refused",
                        SERVING,
                        node.asking(Csr.names(new GeneralName(
                                GeneralName.iPAddress, new DEROctetString(new byte[] {10, 0, 0, 1, 0, 0, 0, 0}))))),
                new Attack(
                        "a CSR with a directory name among its names is refused",
                        SERVING,
                        node.asking(Csr.names(
                                new GeneralName(GeneralName.dNSName, "one"),
                                new GeneralName(new X500Name("CN=kube-apiserver"))))),
                new Attack("no PEM is refused", CLIENT, "hello".getBytes(StandardCharsets.US_ASCII)),
                new Attack("no DER is refused", CLIENT, block("AAAA")),
                new Attack(
                        "a CSR cut short is refused",
                        CLIENT,
                        cutShort(Csr.of("CN=jane").pem())));
    }

    private static DERSet twoValues() {
        var values = new ASN1EncodableVector();
        values.add(new Extensions(Csr.names(new GeneralName(GeneralName.dNSName, "one"))));
        values.add(new Extensions(Csr.names(new GeneralName(GeneralName.dNSName, "kubernetes"))));
        return new DERSet(values);
    }

    private static byte[] block(String base64) {
        return ("-----BEGIN CERTIFICATE REQUEST-----\n" + base64 + "\n-----END CERTIFICATE REQUEST-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] cutShort(byte[] pem) {
        String[] lines = new String(pem, StandardCharsets.US_ASCII).split("\n");
        return block(lines[1]);
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void what_can_be_read_in_two_ways_is_neither_approved_nor_signed(Attack attack) {
        assertThat(isApproved(attack)).isFalse();
        assertThat(certificate(attack)).isEmpty();
    }

    /// Read well, but nobody's to have: not signed even when approved.
    static Stream<Attack> refused() {
        Charset wide = Charset.forName("UTF-32BE");
        byte[] masters = "system:masters".getBytes(wide);
        return Stream.of(
                new Attack(
                        "a kubelet's certificate with one more group is not signed",
                        KUBELET_CLIENT,
                        Csr.ofNode("one").with(Csr.rdn(Csr.pair("O=system:masters")))),
                new Attack(
                        "a kubelet's certificate with one more group as a BMPString is not signed",
                        KUBELET_CLIENT,
                        Csr.ofNode("one").with(Csr.rdn(Csr.pair("O", new DERBMPString("system:masters"))))),
                new Attack(
                        "system:masters as a UTF8String is not signed", CLIENT, Csr.of("O=system:masters", "CN=jane")),
                new Attack(
                        "system:masters behind the common name is not signed",
                        CLIENT,
                        Csr.of("CN=jane", "O=dev", "O=system:masters")),
                new Attack(
                        "system:masters as a BMPString is not signed",
                        CLIENT,
                        Csr.of("CN=jane").with(Csr.rdn(Csr.pair("O", new DERBMPString("system:masters"))))),
                new Attack(
                        "system:masters as a UniversalString is not signed",
                        CLIENT,
                        Csr.of("CN=jane").with(Csr.rdn(Csr.pair("O", new DERUniversalString(masters))))),
                new Attack("nobody's certificate is not signed", CLIENT, Csr.of("O=dev")),
                new Attack("an empty name's certificate is not signed", CLIENT, Csr.of("CN=")),
                new Attack("a node without a name is not signed", KUBELET_CLIENT, Csr.ofNode("")),
                new Attack(
                        "a node that wants to be an authority is not signed",
                        KUBELET_CLIENT,
                        Csr.ofNode("one").asking(Csr.authority())),
                new Attack(
                        "a kubelet's client certificate with an address is not signed",
                        KUBELET_CLIENT,
                        Csr.ofNode("one").named(SOURCE)),
                new Attack(
                        "a serving certificate with an e-mail address is not signed",
                        SERVING,
                        Csr.ofNode("one")
                                .asking(Csr.names(
                                        new GeneralName(GeneralName.dNSName, "one"),
                                        new GeneralName(GeneralName.rfc822Name, "a@example.com")))),
                new Attack(
                        "a serving certificate with a URI is not signed",
                        SERVING,
                        Csr.ofNode("one")
                                .asking(Csr.names(
                                        new GeneralName(GeneralName.dNSName, "one"),
                                        new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://x/y")))),
                new Attack(
                        "a serving certificate for no name is not signed",
                        SERVING,
                        Csr.ofNode("one").asking(Csr.names())));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_no_signer_gives_is_neither_approved_nor_signed(Attack attack) {
        assertThat(isApproved(attack)).isFalse();
        assertThat(certificate(attack)).isEmpty();
    }

    /// An operator may approve these; nothing else does.
    static Stream<Attack> foreign() {
        return Stream.concat(
                Stream.of(
                                "127.0.0.1",
                                "127.8.9.10",
                                "::1",
                                "0.0.0.0",
                                "::",
                                "169.254.169.254",
                                "fe80::1",
                                "224.0.0.1",
                                "ff02::1",
                                "255.255.255.255",
                                "10.96.0.1",
                                "10.96.200.7",
                                "::ffff:10.96.0.1",
                                "10.0.0.2",
                                "10.0.0.100",
                                "10.0.0.7",
                                "8.8.8.8",
                                "kubernetes",
                                "kubernetes.default",
                                "kubernetes.default.svc",
                                "kubernetes.default.svc.cluster.local",
                                "web.shop.svc",
                                "localhost",
                                "two",
                                "ONE.example.com",
                                "*",
                                "*.one",
                                "one.",
                                "x.one")
                        .map(name -> new Attack(
                                "a node's certificate for " + name + " besides its own is not approved",
                                SERVING,
                                Csr.ofNode("one").named("one", SOURCE, name))),
                Stream.of(
                        new Attack(
                                "another node's certificate is not approved",
                                SERVING,
                                Csr.ofNode("two").named("two", "10.0.0.2")),
                        new Attack(
                                "a user's certificate is not approved by itself", CLIENT, Csr.of("CN=system:admin"))));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void what_the_cluster_does_not_know_as_the_nodes_own_is_not_approved(Attack attack) {
        assertThat(isApproved(attack)).isFalse();
    }

    static Stream<String> foreignSources() {
        return Stream.of("127.0.0.1", "10.96.0.9", "169.254.1.1", "10.0.0.2", "10.0.0.100", "::1");
    }

    @ParameterizedTest
    @MethodSource("foreignSources")
    void the_address_that_a_node_asks_from_is_not_approved_where_it_is_somebody_elses(String source) {
        var attack = new Attack("from " + source, SERVING, Csr.ofNode("one").named("one", source));
        assertThat(isApproved(request(attack, "system:node:one", source))).isFalse();
    }

    static Stream<String> reservedNames() {
        return Stream.of(
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "web.shop.svc",
                "a.svc.example.com",
                "localhost",
                "a.localhost",
                "x.kubernetes",
                "x.kubernetes.default",
                "x.cluster.local",
                "127.0.0.1",
                "10.96.0.1",
                "10.0.0.100",
                "Upper",
                "a:b",
                "a/b",
                "one.",
                "-");
    }

    @ParameterizedTest
    @MethodSource("reservedNames")
    void a_machine_does_not_join_under_a_name_that_is_not_a_nodes(String name) {
        var client = new Attack("join", KUBELET_CLIENT, Csr.ofNode(name));
        var serving = new Attack("serve", SERVING, Csr.ofNode(name).named(name));
        assertThat(isApproved(request(client, "system:bootstrap:abc", SOURCE))).isFalse();
        assertThat(isApproved(request(client, "system:node:" + name, SOURCE))).isFalse();
        assertThat(isApproved(request(serving, "system:node:" + name, SOURCE))).isFalse();
    }

    @Test
    void a_join_token_makes_nobody_a_node_that_is_at_work() {
        var ready = new Attack("two", KUBELET_CLIENT, Csr.ofNode("two"));
        var gone = new Attack("one", KUBELET_CLIENT, Csr.ofNode("one"));
        var fresh = new Attack("three", KUBELET_CLIENT, Csr.ofNode("three"));
        assertThat(isApproved(request(ready, "system:bootstrap:abc", SOURCE))).isFalse();
        assertThat(isApproved(request(ready, "system:node:one", SOURCE))).isFalse();
        assertThat(isApproved(request(ready, "system:node:two", SOURCE))).isTrue();
        assertThat(isApproved(request(gone, "system:bootstrap:abc", SOURCE))).isTrue();
        assertThat(isApproved(request(fresh, "system:bootstrap:abc", SOURCE))).isTrue();
    }

    /// What honest nodes and users send.
    static Stream<Attack> good() {
        return Stream.of(
                new Attack("a kubelet's own client certificate", KUBELET_CLIENT, Csr.ofNode("one")),
                new Attack(
                        "a kubelet's own client certificate, its group last",
                        KUBELET_CLIENT,
                        Csr.of("CN=system:node:one", "O=system:nodes")),
                new Attack(
                        "an RSA key of 2048 bits",
                        KUBELET_CLIENT,
                        Csr.ofNode("one").withKeys(Csr.rsa(2048), "SHA256withRSA")),
                new Attack("its own name", SERVING, Csr.ofNode("one").named("one")),
                new Attack("its own address", SERVING, Csr.ofNode("one").named(SOURCE)),
                new Attack(
                        "its own name and address", SERVING, Csr.ofNode("one").named("one", SOURCE)),
                new Attack(
                        "its own address in the form of IPv6",
                        SERVING,
                        Csr.ofNode("one").named("::ffff:10.0.0.1")));
    }

    @ParameterizedTest
    @MethodSource("good")
    void what_is_a_nodes_own_is_approved_and_signed(Attack request) {
        assertThat(isApproved(request)).isTrue();
        assertThat(certificate(request)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("good")
    void a_certificate_has_one_purpose_and_makes_nobody_an_authority(Attack request) throws CertificateException {
        X509Certificate certificate = certificate(request).orElseThrow();
        assertThat(certificate.getExtendedKeyUsage())
                .containsExactly(request.signer().equals(SERVING) ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isNegative();
    }

    private record Written(String name, Csr csr, Subject subject) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Written> written() {
        return Stream.of(
                new Written(
                        "a name that looks like DER stays text",
                        Csr.of("CN=#0c0e73797374656d3a6d617374657273"),
                        Subject.of("#0c0e73797374656d3a6d617374657273", List.of())),
                new Written(
                        "a name with commas and equals signs stays one name",
                        Csr.of("CN=jane,O=system:masters"),
                        Subject.of("jane,O=system:masters", List.of())),
                new Written(
                        "groups of any string type become text",
                        Csr.of()
                                .with(Csr.rdn(Csr.pair("O", new DERBMPString("dev"))))
                                .with(Csr.rdn(Csr.pair("CN=jane"))),
                        Subject.of("jane", List.of("dev"))),
                new Written(
                        "a uid that somebody gives himself is left out",
                        Csr.of("CN=jane", "1.3.6.1.4.1.57683.2=another"),
                        Subject.of("jane", List.of())),
                new Written(
                        "an unknown attribute is left out",
                        Csr.of("CN=jane", "1.2.3.4.5=surprise"),
                        Subject.of("jane", List.of())));
    }

    @ParameterizedTest
    @MethodSource("written")
    void a_certificate_says_what_was_read_of_the_request_and_no_more(Written each) {
        X509Certificate certificate =
                certificate(new Attack(each.name(), CLIENT, each.csr())).orElseThrow();
        assertThat(Subject.read(certificate.getSubjectX500Principal().getEncoded()))
                .isEqualTo(each.subject());
    }

    @ParameterizedTest
    @MethodSource("written")
    void extensions_that_are_asked_for_are_not_copied(Written each) throws Exception {
        Csr csr = each.csr()
                .asking(
                        Csr.authority(),
                        Csr.names(new GeneralName(GeneralName.dNSName, "jane.example.com")),
                        new Extension(
                                new ASN1ObjectIdentifier("1.2.3.4.5.6"),
                                true,
                                ASN1Primitive.fromByteArray(new byte[] {5, 0}).getEncoded()));
        X509Certificate certificate =
                certificate(new Attack(each.name(), CLIENT, csr)).orElseThrow();
        assertThat(certificate.getBasicConstraints()).isNegative();
        assertThat(certificate.getCriticalExtensionOIDs()).doesNotContain("1.2.3.4.5.6");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    // ---- what the controllers do ----

    private static boolean isApproved(Attack attack) {
        String node = attack.signer().equals(CLIENT) ? "jane" : "system:node:one";
        return isApproved(request(attack, node, SOURCE));
    }

    /// With every right that is asked for.
    private static boolean isApproved(CertificateSigningRequest request) {
        ObjectTree allowed = ObjectTree.of("status", ObjectTree.of("allowed", true));
        return Plans.follow(plan(new CertificateApproval(), request), action -> new Outcome.Done(action, allowed))
                .stream()
                .anyMatch(action -> action instanceof Action.Update update
                        && update.subresource().equals("approval"));
    }

    /// What is signed once somebody has approved it.
    private static Optional<X509Certificate> certificate(Attack attack) {
        var approved =
                CertificateSigningRequestCondition.EMPTY.withType("Approved").withStatus("True");
        var request = request(attack, "system:node:one", SOURCE);
        var signing = new CertificateSigning(TestAuthority.signing(Csr.KEYS, NOW));
        Plan plan = plan(signing, request.withStatus(request.status().withConditions(List.of(approved))));
        var written =
                (CertificateSigningRequest) ((Action.Update) plan.actions().getFirst()).object();
        byte[] pem = written.status().certificate();
        if (pem.length == 0) {
            assertThat(written.status().conditions().getLast().type()).isEqualTo("Failed");
            return Optional.empty();
        }
        try {
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
        } catch (CertificateException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Plan plan(Controller<CertificateSigningRequest> controller, CertificateSigningRequest request) {
        var there = Map.<ResourceDefinition<?>, List<? extends ApiObject>>of(
                CertificateSigningRequests.DEFINITION,
                List.of(request),
                Nodes.DEFINITION,
                List.of(
                        Node.of(Plans.yaml("{metadata: {name: one}, status: {addresses: [{type: InternalIP,"
                                + " address: 10.0.0.1}, {type: ExternalIP, address: 8.8.8.8}]}}")),
                        Node.of(Plans.yaml("{metadata: {name: two}, status: {addresses: [{type: InternalIP,"
                                + " address: 10.0.0.2}], conditions: [{type: Ready, status: 'True'}]}}"))),
                ServiceCIDRs.DEFINITION,
                List.of(ServiceCIDR.of(Plans.yaml("{metadata: {name: kubernetes}, spec: {cidrs: [10.96.0.0/16]}}"))),
                Services.DEFINITION,
                List.of(Service.of(Plans.yaml(
                        "{metadata: {name: kubernetes, namespace: default}, spec: {clusterIPs: [10.96.0.1]}}"))),
                EndpointSlices.DEFINITION,
                List.of(EndpointSlice.of(Plans.yaml("{metadata: {name: kubernetes, namespace: default},"
                        + " endpoints: [{addresses: [10.0.0.100]}]}"))));
        return controller.plan(request, Seen.of(controller.watches(), there), NOW);
    }

    private static CertificateSigningRequest request(Attack attack, String user, String source) {
        var request = CertificateSigningRequest.of(Plans.yaml("{apiVersion: certificates.k8s.io/v1,"
                + " kind: CertificateSigningRequest, metadata: {name: csr, uid: " + UID + "}}"));
        return request.withSpec(request.spec()
                .withSignerName(attack.signer())
                .withUsername(user)
                .withGroups(List.of("system:nodes", "system:authenticated"))
                .withExtra(Map.of(NodeClaims.SOURCE, List.of(source)))
                .withUsages(
                        List.of("digital signature", attack.signer().equals(SERVING) ? "server auth" : "client auth"))
                .withRequest(attack.pem()));
    }
}
