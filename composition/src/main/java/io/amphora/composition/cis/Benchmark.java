package io.amphora.composition.cis;

import java.util.List;
import java.util.stream.Stream;

/// All checks, in the benchmark's order.
public final class Benchmark {
    public static final List<Check> CHECKS = Stream.of(
                    ControlPlaneFiles.CHECKS,
                    ApiServerChecks.CHECKS,
                    ManagerChecks.CHECKS,
                    StoreChecks.CHECKS,
                    ControlPlaneConfiguration.CHECKS,
                    WorkerFiles.CHECKS,
                    KubeletChecks.CHECKS,
                    AccessPolicies.CHECKS,
                    PodPolicies.CHECKS)
            .flatMap(List::stream)
            .toList();

    private Benchmark() {}
}
