package io.amphora.apiserver.admission;

import io.amphora.machinery.random.Randomness;
import java.util.List;

/// The plugins that a cluster has unless it is told otherwise, in their order.
public final class Plugins {
    private Plugins() {}

    public static List<AdmissionPlugin> standard(Randomness randomness) {
        return standard(randomness, new DefaultTolerationSeconds());
    }

    public static List<AdmissionPlugin> standard(Randomness randomness, DefaultTolerationSeconds tolerations) {
        return List.of(
                new NamespaceLifecycle(),
                new NodeRestriction(),
                new NodeIdentity(),
                new PodSecurity(),
                new LimitRanger(),
                new ServiceAccountAdmission(randomness),
                new TaintNodesByCondition(),
                new PodPriority(),
                tolerations,
                new DefaultStorageClass(),
                new StorageObjectInUseProtection(),
                new PersistentVolumeClaimResize(),
                new RuntimeClassAdmission(),
                new CertificateSubjectRestriction(),
                new DefaultIngressClass(),
                new NotEnforced());
    }
}
