package io.amphora.api.networking.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.References;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpChecks;
import java.util.Locale;

/// An address that is given to a Service; its name is the address, so that none is given twice.
public final class IPAddresses {
    public static final ResourceDefinition<IPAddress> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "IPAddress", IPAddress::of)
            .plural("ipaddresses")
            .shortNames("ip")
            .strategy(new Rules())
            .columns(Columns.<IPAddress>builder()
                    .name()
                    .text("ParentRef", "What has it.", IPAddresses::parent)
                    .age()
                    .build())
            .build();

    private static final FieldPath PARENT = FieldPath.of("spec").child("parentRef");

    private IPAddresses() {}

    /// `services/default/web`
    private static String parent(IPAddress address) {
        if (address.spec().findParentRef().isEmpty()) return Cells.NONE;
        ParentReference parent = address.spec().parentRef();
        String resource = parent.group().isEmpty() ? parent.resource() : parent.resource() + "." + parent.group();
        String namespace = parent.namespace().isEmpty() ? "" : parent.namespace() + "/";
        return resource.toLowerCase(Locale.ROOT) + "/" + namespace + parent.name();
    }

    private static final class Rules implements Strategy<IPAddress> {
        @Override
        public String nameFormat() {
            return "path-segment";
        }

        @Override
        public void validate(IPAddress address, FieldErrors errors) {
            IpChecks.isValidIP(FieldPath.of("metadata").child("name"), address.name(), errors);
            if (address.spec().findParentRef().isEmpty()) {
                errors.required(PARENT, "");
                return;
            }
            ParentReference parent = address.spec().parentRef();
            if (!parent.group().isEmpty()) Checks.subdomain(parent.group(), PARENT.child("group"), errors);
            References.segment(parent.resource(), PARENT.child("resource"), errors);
            References.segment(parent.name(), PARENT.child("name"), errors);
            if (!parent.namespace().isEmpty())
                References.segment(parent.namespace(), PARENT.child("namespace"), errors);
        }

        @Override
        public void validateUpdate(IPAddress updated, IPAddress stored, FieldErrors errors) {
            Checks.immutable(
                    updated.spec().tree().get("parentRef"), stored.spec().tree().get("parentRef"), PARENT, errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
