package io.amphora.api.resource.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.ResourceNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// A sort of devices that claims can ask for.
public final class DeviceClasses {
    public static final ResourceDefinition<DeviceClass> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "DeviceClass", DeviceClass::of)
            .plural("deviceclasses")
            .strategy(new Rules())
            .columns(Columns.<DeviceClass>builder().name().age().build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private DeviceClasses() {}

    private static final class Rules implements Strategy<DeviceClass> {
        @Override
        public void validate(DeviceClass type, FieldErrors errors) {
            DeviceClassSpec spec = type.spec();
            DeviceNames.each(
                    spec.selectors(), DeviceClaims.SELECTORS, DeviceClaims::selector, SPEC.child("selectors"), errors);
            DeviceNames.each(
                    spec.config(),
                    DeviceClaims.CONFIGS,
                    (config, at, all) -> DeviceClaims.configuration(config.tree(), at, all),
                    SPEC.child("config"),
                    errors);
            spec.findExtendedResourceName()
                    .filter(name -> !ResourceNames.isExtended(name))
                    .ifPresent(name -> errors.invalid(
                            SPEC.child("extendedResourceName"), name, "must be a valid extended resource name"));
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
