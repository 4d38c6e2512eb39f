package io.amphora.api.resource.v1;

import static io.amphora.api.resource.v1.DeviceNames.each;
import static io.amphora.api.resource.v1.DeviceNames.unique;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Conditions;
import io.amphora.api.validation.NodeSelectors;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpChecks;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What was given to a claim, who uses it, and how the devices are. What is given once stays until it is given
/// back
/// as a whole.
final class ClaimStatuses {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int CONSUMERS = 256;
    private static final int RESULTS = 32;
    private static final int CONDITIONS = 8;
    private static final int DATA = 10 * 1024;
    private static final int INTERFACE = 256;
    private static final int HARDWARE = 128;
    private static final int IPS = 16;
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private ClaimStatuses() {}

    static void validate(ResourceClaim updated, ResourceClaim stored, FieldErrors errors) {
        ResourceClaimStatus status = updated.status();
        consumers(updated, stored, errors);
        devices(status, errors);
        FieldPath at = STATUS.child("allocation");
        if (status.findAllocation().isEmpty()) return;
        if (stored.status().findAllocation().isPresent())
            Checks.immutable(
                    status.allocation().tree(), stored.status().allocation().tree(), at, errors);
        else allocation(status.allocation(), DeviceClaims.names(updated.spec().devices()), at, errors);
    }

    private static void consumers(ResourceClaim updated, ResourceClaim stored, FieldErrors errors) {
        List<ResourceClaimConsumerReference> consumers = updated.status().reservedFor();
        FieldPath list = STATUS.child("reservedFor");
        each(consumers, CONSUMERS, ClaimStatuses::consumer, list, errors);
        unique(consumers.stream().map(ResourceClaimConsumerReference::uid).toList(), CONSUMERS, "uid", list, errors);
        if (consumers.isEmpty()) return;
        if (updated.status().findAllocation().isEmpty())
            errors.forbidden(list, "may not be specified when `allocated` is not set");
        else if (updated.metadata().findDeletionTimestamp().isPresent()
                && !new HashSet<>(stored.status().reservedFor()).containsAll(consumers))
            errors.forbidden(
                    list, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
    }

    private static void consumer(ResourceClaimConsumerReference consumer, FieldPath at, FieldErrors errors) {
        Checks.required(consumer.resource(), at.child("resource"), errors);
        Checks.required(consumer.name(), at.child("name"), errors);
        Checks.required(consumer.uid(), at.child("uid"), errors);
    }

    /// What drivers say of devices is only of those that the claim has.
    private static void devices(ResourceClaimStatus status, FieldErrors errors) {
        Set<String> allocated = status.allocation().devices().results().stream()
                .map(result -> id(result.driver(), result.pool(), result.device(), result.shareID()))
                .collect(Collectors.toSet());
        FieldPath list = STATUS.child("devices");
        each(
                status.devices(),
                Integer.MAX_VALUE,
                (device, at, all) -> device(device, allocated, at, all),
                list,
                errors);
        unique(status.devices().stream().map(ClaimStatuses::id).toList(), Integer.MAX_VALUE, "deviceID", list, errors);
    }

    private static String id(AllocatedDeviceStatus device) {
        return id(device.driver(), device.pool(), device.device(), device.shareID());
    }

    private static String id(String driver, String pool, String device, String share) {
        String id = driver + "/" + pool + "/" + device;
        return share.isEmpty() ? id : id + "/" + share;
    }

    private static void device(AllocatedDeviceStatus device, Set<String> allocated, FieldPath at, FieldErrors errors) {
        DeviceNames.driver(device.driver(), at.child("driver"), errors);
        DeviceNames.pool(device.pool(), at.child("pool"), errors);
        Checks.label(device.device(), at.child("device"), errors);
        share(device.shareID(), at, errors);
        if (!allocated.contains(id(device))) errors.invalid(at, id(device), "must be an allocated device in the claim");
        if (device.conditions().size() > CONDITIONS)
            errors.tooMany(at.child("conditions"), device.conditions().size(), CONDITIONS);
        Conditions.validate(device.conditions(), at.child("conditions"), errors);
        if (!device.data().isNull()) DeviceNames.opaque(device.data(), DATA, at.child("data"), errors);
        network(device.networkData(), at.child("networkData"), errors);
    }

    private static void share(String share, FieldPath at, FieldErrors errors) {
        if (!share.isEmpty() && !UID.matcher(share).matches())
            errors.invalid(
                    at.child("shareID"),
                    share,
                    "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase "
                            + "hexadecimal characters");
    }

    private static void network(NetworkDeviceData data, FieldPath at, FieldErrors errors) {
        if (data.interfaceName().length() > INTERFACE) errors.tooLong(at.child("interfaceName"), INTERFACE);
        if (data.hardwareAddress().length() > HARDWARE) errors.tooLong(at.child("hardwareAddress"), HARDWARE);
        FieldPath ips = at.child("ips");
        each(data.ips(), IPS, (ip, path, all) -> IpChecks.isValidInterfaceAddress(path, ip, all), ips, errors);
        unique(data.ips(), IPS, "", ips, errors);
    }

    private static void allocation(
            AllocationResult allocation, Map<String, Set<String>> names, FieldPath at, FieldErrors errors) {
        FieldPath devices = at.child("devices");
        each(
                allocation.devices().results(),
                RESULTS,
                (result, path, all) -> result(result, names, path, all),
                devices.child("results"),
                errors);
        each(
                allocation.devices().config(),
                2 * DeviceClaims.CONFIGS,
                (config, path, all) -> {
                    Checks.oneOf(config.source(), List.of("FromClaim", "FromClass"), path.child("source"), all);
                    DeviceClaims.requestNames(config.requests(), names, path.child("requests"), all);
                    DeviceClaims.configuration(config.tree(), path, all);
                },
                devices.child("config"),
                errors);
        allocation
                .findNodeSelector()
                .ifPresent(selector -> NodeSelectors.selector(selector, at.child("nodeSelector"), errors));
    }

    private static void result(
            DeviceRequestAllocationResult result, Map<String, Set<String>> names, FieldPath at, FieldErrors errors) {
        DeviceClaims.requestName(result.request(), names, at.child("request"), errors);
        DeviceNames.driver(result.driver(), at.child("driver"), errors);
        DeviceNames.pool(result.pool(), at.child("pool"), errors);
        Checks.label(result.device(), at.child("device"), errors);
        share(result.shareID(), at, errors);
    }
}
