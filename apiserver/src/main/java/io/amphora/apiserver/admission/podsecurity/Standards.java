package io.amphora.apiserver.admission.podsecurity;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// The rules of each level, in the order in which they are told.
public final class Standards {
    /// @param since the first minor version that has it
    private record Rule(int since, BiFunction<Pod, Integer, Optional<Finding>> check) {}

    private static Rule rule(int since, BiFunction<Pod, Integer, Optional<Finding>> check) {
        return new Rule(since, check);
    }

    private static final List<Rule> BOTH_FIRST = List.of(rule(0, BaselineRules::appArmor));
    private static final List<Rule> BASELINE_ONLY_CAPABILITIES = List.of(rule(0, BaselineRules::capabilities));
    private static final List<Rule> NAMESPACES = List.of(rule(0, BaselineRules::hostNamespaces));
    private static final List<Rule> BASELINE_ONLY_PATHS = List.of(rule(0, BaselineRules::hostPaths));
    private static final List<Rule> BOTH_LAST = List.of(
            rule(0, BaselineRules::hostPorts),
            rule(34, BaselineRules::probeHosts),
            rule(0, BaselineRules::privileged),
            rule(0, BaselineRules::procMount),
            rule(0, BaselineRules::seLinux));
    private static final List<Rule> BASELINE_ONLY_SECCOMP = List.of(rule(0, BaselineRules::seccomp));
    private static final List<Rule> SYSTEM =
            List.of(rule(0, BaselineRules::sysctls), rule(0, BaselineRules::windowsHostProcess));
    private static final List<Rule> RESTRICTED = List.of(
            rule(8, RestrictedRules::privilegeEscalation),
            rule(22, RestrictedRules::capabilities),
            rule(0, RestrictedRules::volumes),
            rule(0, RestrictedRules::runAsNonRoot),
            rule(23, RestrictedRules::runAsUser),
            rule(19, RestrictedRules::seccomp));

    private static final Map<Policy.Level, List<Rule>> RULES = Map.of(
            Policy.Level.PRIVILEGED,
            List.of(),
            Policy.Level.BASELINE,
            joined(List.of(
                    BOTH_FIRST,
                    BASELINE_ONLY_CAPABILITIES,
                    NAMESPACES,
                    BASELINE_ONLY_PATHS,
                    BOTH_LAST,
                    BASELINE_ONLY_SECCOMP,
                    SYSTEM)),
            Policy.Level.RESTRICTED,
            joined(List.of(BOTH_FIRST, NAMESPACES, BOTH_LAST, SYSTEM, RESTRICTED)));

    private static List<Rule> joined(List<List<Rule>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private Standards() {}

    /// What a Pod does that a standard forbids; empty when it may.
    public static List<Finding> findings(Policy.Standard standard, Pod pod) {
        var findings = new ArrayList<Finding>();
        for (Rule rule : RULES.getOrDefault(standard.level(), List.of()))
            if (standard.minor() >= rule.since())
                rule.check().apply(pod, standard.minor()).ifPresent(findings::add);
        return findings;
    }

    /// Rules about Linux do not concern a Pod that says it is for Windows, since 1.25.
    static boolean isForWindows(PodSpec spec, int minor) {
        return minor >= 25 && spec.os().name().equals("windows");
    }
}
