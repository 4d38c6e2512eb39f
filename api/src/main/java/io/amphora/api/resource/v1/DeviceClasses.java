package io.amphora.api.resource.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class DeviceClasses {
    public static final ResourceDefinition<DeviceClass> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "DeviceClass", DeviceClass::of)
            .plural("deviceclasses")
            .strategy(new Rules())
            .build();

    private DeviceClasses() {}

    private static final class Rules implements Strategy<DeviceClass> {
        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
