package io.amphora.composition;

import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.podsecurity.Policy;
import java.util.List;

/// What a control plane refuses beyond Kubernetes' defaults: `hardening` of the configuration file.
///
/// @param anonymousAuth whether requests without credentials go on as `system:anonymous`
/// @param admission plugins beyond the standard ones
/// @param podSecurity what namespaces enforce that have no label for it
record Hardening(boolean anonymousAuth, List<AdmissionPlugin> admission, Policy.Level podSecurity) {
    static final Hardening NONE = new Hardening(true, List.of(), Policy.Level.PRIVILEGED);
}
