package io.amphora.apiserver.admission.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/// One rule that a Pod breaks: in a few words, and who breaks it how.
public record Finding(String reason, String detail) {

    /// `privileged (container "a" must not set securityContext.privileged=true), …`
    public static String details(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.detail().isEmpty()
                        ? finding.reason()
                        : finding.reason() + " (" + finding.detail() + ")")
                .collect(Collectors.joining(", "));
    }

    public static String reasons(List<Finding> findings) {
        return findings.stream().map(Finding::reason).collect(Collectors.joining(", "));
    }
}
