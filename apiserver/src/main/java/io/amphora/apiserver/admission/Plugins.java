package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.podsecurity.Policy;
import io.amphora.machinery.random.Randomness;
import java.util.List;

/// The plugins that a cluster has unless it is told otherwise, in their order.
public final class Plugins {
    private Plugins() {}

    public static List<AdmissionPlugin> standard(Randomness randomness) {
        return standard(randomness, new DefaultTolerationSeconds());
    }

    public static List<AdmissionPlugin> standard(Randomness randomness, DefaultTolerationSeconds tolerations) {
        return standard(randomness, tolerations, Policy.Level.PRIVILEGED);
    }

    /// @param enforced what namespaces hold Pods to that say nothing of it
    public static List<AdmissionPlugin> standard(
            Randomness randomness, DefaultTolerationSeconds tolerations, Policy.Level enforced) {
        return List.of(
                new NamespaceLifecycle(),
                new NodeRestriction(),
                new NodeIdentity(),
                new PodSecurity(enforced),
                new LimitRanger(),
                new ServiceAccountAdmission(randomness),
                new TaintNodesByCondition(),
                new PodPriority(),
                tolerations,
                new DefaultStorageClass(),
                new StorageObjectInUseProtection(),
                new PersistentVolumeClaimResize(),
                new RuntimeClassAdmission(),
                new PodTopologyLabels(),
                new CertificateSubjectRestriction(),
                new DefaultIngressClass(),
                new NotEnforced());
    }

    /// Those that a cluster has only when it is told so.
    public static List<AdmissionPlugin> optional() {
        return List.of(new AlwaysPullImages(), new DenyServiceExternalIPs());
    }
}
