package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Service;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Set;

/// No Service takes traffic for an address that it did not have before (CVE-2020-8554).
public final class DenyServiceExternalIPs implements AdmissionPlugin {
    @Override
    public String name() {
        return "DenyServiceExternalIPs";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Service", Operation.CREATE, Operation.UPDATE)) return;
        List<String> before =
                request.old().map(old -> Service.of(old).spec().externalIPs()).orElse(List.of());
        if (!Set.copyOf(before).containsAll(Service.of(object).spec().externalIPs()))
            throw ApiException.forbidden(
                    request.resource(), request.name(), "Use of external IPs is denied by admission control.");
    }
}
