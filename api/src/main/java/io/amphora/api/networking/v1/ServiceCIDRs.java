package io.amphora.api.networking.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpChecks;
import java.util.List;

/// Addresses that Services may be given: a network of one family, or one of each.
public final class ServiceCIDRs {
    public static final ResourceDefinition<ServiceCIDR> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "ServiceCIDR", ServiceCIDR::of)
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<ServiceCIDR>builder()
                    .name()
                    .text(
                            "CIDRs",
                            "The networks.",
                            range -> String.join(",", range.spec().cidrs()))
                    .age()
                    .build())
            .build();

    private static final FieldPath CIDRS = FieldPath.of("spec").child("cidrs");

    private ServiceCIDRs() {}

    private static final class Rules extends SpecAndStatus<ServiceCIDR> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(ServiceCIDR::of);
        }

        @Override
        public void validate(ServiceCIDR range, FieldErrors errors) {
            List<String> cidrs = range.spec().cidrs();
            if (cidrs.isEmpty()) errors.required(CIDRS, "at least one CIDR required");
            if (cidrs.size() > 2) {
                errors.invalid(CIDRS, cidrs, "may only hold up to 2 values");
                return;
            }
            for (int i = 0; i < cidrs.size(); i++) IpChecks.isValidCIDR(CIDRS.index(i), cidrs.get(i), errors);
            if (cidrs.size() == 2 && isV6(cidrs.get(0)) == isV6(cidrs.get(1)))
                errors.invalid(
                        CIDRS,
                        cidrs,
                        "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }

        private static boolean isV6(String text) {
            Cidr cidr = Cidr.parse(text);
            return cidr != null && cidr.address().isV6();
        }

        /// A second family may join the first; nothing else may change.
        @Override
        public void validateUpdate(ServiceCIDR updated, ServiceCIDR stored, FieldErrors errors) {
            List<String> cidrs = updated.spec().cidrs();
            List<String> old = stored.spec().cidrs();
            if (cidrs.size() < old.size()) {
                errors.invalid(CIDRS, cidrs, "field is immutable");
                return;
            }
            for (int i = 0; i < old.size(); i++)
                if (!cidrs.get(i).equals(old.get(i)))
                    errors.invalid(CIDRS.index(i), cidrs.get(i), "field is immutable");
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
