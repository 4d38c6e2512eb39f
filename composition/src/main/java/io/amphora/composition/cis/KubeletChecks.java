package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import java.io.IOException;
import java.util.List;

/// 4.2 and 4.3: each kubelet, by what it answers, and the proxy beside it.
final class KubeletChecks {
    static final String RENEWED_AT_START = "certificates of nodes are renewed when their agent starts, not before";
    private static final int READ_ONLY = 10255;
    private static final int PROXY_METRICS = 10249;
    private static final String NOT_YET = "it cannot be set yet";

    /// Judges one node.
    private interface OfNode {
        Verdict judge(Evidence evidence, String address) throws IOException;
    }

    static final List<Check> CHECKS = List.of(
            of(
                    "4.2.1",
                    "kubelet: no anonymous requests",
                    each((e, node) -> code(e.kubeletByToken(node, "", "/pods"), 401))),
            of("4.2.2", "kubelet: does not allow everything", each(KubeletChecks::byAccount)),
            of(
                    "4.2.3",
                    "kubelet: knows clients by the authority",
                    each((e, node) -> code(e.kubeletAsAdmin(node, "/pods"), 200))),
            of("4.2.4", "kubelet: no read-only port", each((_, node) -> Probe.closed(node, READ_ONLY))),
            Check.missing("4.2.5", "kubelet: idle streams end", NOT_YET),
            Check.notApplicable("4.2.6", "kubelet: makes iptables chains", "rules are nftables, made by the proxy"),
            Check.missing("4.2.7", "kubelet: name is not overridden", "`up` names its nodes by --name"),
            Check.missing("4.2.8", "kubelet: rate of events is chosen", NOT_YET),
            of("4.2.9", "kubelet: serves by TLS", each((e, node) -> code(e.kubeletAsAdmin(node, "/pods"), 200))),
            Check.missing("4.2.10", "kubelet: client certificate is renewed", RENEWED_AT_START),
            Check.missing("4.2.11", "kubelet: serving certificate is renewed", RENEWED_AT_START),
            of(
                    "4.2.12",
                    "kubelet: strong ciphers only",
                    each((_, node) -> Probe.strongCiphers(node, Evidence.KUBELET))),
            Check.missing("4.2.13", "kubelet: processes of a Pod are limited", NOT_YET),
            Check.missing("4.2.14", "kubelet: seccomp by default", NOT_YET),
            of(
                    "4.3.1",
                    "proxy: metrics are not open to the network",
                    each((_, node) -> Probe.closed(node, PROXY_METRICS))));

    private KubeletChecks() {}

    private static Check.Judge each(OfNode judge) {
        return evidence -> {
            Verdict last = Verdict.fail("there is no node");
            for (var node : evidence.nodes().entrySet()) {
                Verdict verdict = judge.judge(evidence, node.getValue());
                if (verdict.result() != Verdict.Result.PASS)
                    return new Verdict(verdict.result(), node.getKey() + ": " + verdict.reason());
                last = verdict;
            }
            return last;
        };
    }

    private static Verdict code(Answer answer, int right) {
        return Verdict.of(answer.code() == right, "answers " + answer.code());
    }

    private static Verdict byAccount(Evidence evidence, String address) throws IOException {
        String token = ApiServerChecks.token(evidence, "/api/v1/namespaces/default/serviceaccounts/default", 600);
        if (token.isEmpty()) return Verdict.fail("no token of a ServiceAccount could be had to try it");
        int code = evidence.kubeletByToken(address, token, "/pods").code();
        return Verdict.of(code == 403, "a ServiceAccount without a role is answered by " + code);
    }
}
