package io.amphora.apiserver.allocation;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServiceSpec;
import io.amphora.api.core.v1.Services;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Fills in `spec.ipFamilies` and `spec.ipFamilyPolicy` for a cluster that serves IPv4 alone.
final class IpFamilies {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private IpFamilies() {}

    static Service filled(Service service, FieldErrors errors) {
        ServiceSpec spec = service.spec();
        if (!Services.needsClusterIp(spec)) return service;
        ObjectTree tree = spec.tree();
        boolean anyBackend = Services.isHeadless(spec) && spec.selector().isEmpty();
        if (anyBackend) {
            if (spec.ipFamilyPolicy().isEmpty()) tree = tree.with("ipFamilyPolicy", "RequireDualStack");
            if (spec.ipFamilies().isEmpty())
                tree = tree.with(
                        "ipFamilies",
                        tree.text("ipFamilyPolicy").equals("SingleStack")
                                ? ListTree.from(List.of("IPv4"))
                                : ListTree.from(List.of("IPv4", "IPv6")));
            return Service.of(service.tree().with("spec", tree));
        }
        if (spec.ipFamilyPolicy().isEmpty()) {
            boolean two = spec.clusterIPs().size() == 2 || spec.ipFamilies().size() == 2;
            tree = tree.with("ipFamilyPolicy", two ? "RequireDualStack" : "SingleStack");
        }
        if (spec.ipFamilies().isEmpty()) tree = tree.with("ipFamilies", ListTree.from(List.of("IPv4")));
        Service filled = Service.of(service.tree().with("spec", tree));
        check(filled.spec(), errors);
        return filled;
    }

    private static void check(ServiceSpec spec, FieldErrors errors) {
        if (spec.ipFamilyPolicy().equals("RequireDualStack"))
            errors.invalid(
                    SPEC.child("ipFamilyPolicy"),
                    spec.ipFamilyPolicy(),
                    "this cluster is not configured for dual-stack services");
        for (int i = 0; i < spec.ipFamilies().size(); i++)
            if (!spec.ipFamilies().get(i).equals("IPv4"))
                errors.invalid(
                        SPEC.child("ipFamilies").index(i), spec.ipFamilies().get(i), "not configured on this cluster");
    }
}
