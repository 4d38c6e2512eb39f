package io.amphora.api;

import io.amphora.api.admissionregistration.v1.MutatingAdmissionPolicies;
import io.amphora.api.admissionregistration.v1.MutatingAdmissionPolicyBindings;
import io.amphora.api.admissionregistration.v1.MutatingWebhookConfigurations;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicies;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicyBindings;
import io.amphora.api.admissionregistration.v1.ValidatingWebhookConfigurations;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.api.apiregistration.v1.APIServices;
import io.amphora.api.apps.v1.ControllerRevisions;
import io.amphora.api.apps.v1.DaemonSets;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.apps.v1.StatefulSets;
import io.amphora.api.authentication.v1.SelfSubjectReviews;
import io.amphora.api.authentication.v1.TokenReviews;
import io.amphora.api.authorization.v1.LocalSubjectAccessReviews;
import io.amphora.api.authorization.v1.SelfSubjectAccessReviews;
import io.amphora.api.authorization.v1.SelfSubjectRulesReviews;
import io.amphora.api.authorization.v1.SubjectAccessReviews;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers;
import io.amphora.api.batch.v1.CronJobs;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Bindings;
import io.amphora.api.core.v1.ComponentStatuses;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.EndpointsKind;
import io.amphora.api.core.v1.Events;
import io.amphora.api.core.v1.LimitRanges;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.PodTemplates;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.ReplicationControllers;
import io.amphora.api.core.v1.ResourceQuotas;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.api.flowcontrol.v1.FlowSchemas;
import io.amphora.api.flowcontrol.v1.PriorityLevelConfigurations;
import io.amphora.api.networking.v1.IPAddresses;
import io.amphora.api.networking.v1.IngressClasses;
import io.amphora.api.networking.v1.Ingresses;
import io.amphora.api.networking.v1.NetworkPolicies;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.api.node.v1.RuntimeClasses;
import io.amphora.api.policy.v1.PodDisruptionBudgets;
import io.amphora.api.rbac.v1.ClusterRoleBindings;
import io.amphora.api.rbac.v1.ClusterRoles;
import io.amphora.api.rbac.v1.RoleBindings;
import io.amphora.api.rbac.v1.Roles;
import io.amphora.api.resource.v1.DeviceClasses;
import io.amphora.api.resource.v1.ResourceClaimTemplates;
import io.amphora.api.resource.v1.ResourceClaims;
import io.amphora.api.resource.v1.ResourceSlices;
import io.amphora.api.scheduling.v1.PriorityClasses;
import io.amphora.api.storage.v1.CSIDrivers;
import io.amphora.api.storage.v1.CSINodes;
import io.amphora.api.storage.v1.CSIStorageCapacities;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.api.storage.v1.VolumeAttachments;
import io.amphora.api.storage.v1.VolumeAttributesClasses;
import java.util.List;

/// Every built-in kind. The order is that of discovery.
public final class Kinds {
    public static final List<ResourceDefinition<?>> ALL = List.of(
            Bindings.DEFINITION,
            ComponentStatuses.DEFINITION,
            ConfigMaps.DEFINITION,
            EndpointsKind.DEFINITION,
            Events.DEFINITION,
            LimitRanges.DEFINITION,
            Namespaces.DEFINITION,
            Nodes.DEFINITION,
            PersistentVolumeClaims.DEFINITION,
            PersistentVolumes.DEFINITION,
            Pods.DEFINITION,
            PodTemplates.DEFINITION,
            ReplicationControllers.DEFINITION,
            ResourceQuotas.DEFINITION,
            Secrets.DEFINITION,
            ServiceAccounts.DEFINITION,
            Services.DEFINITION,
            ControllerRevisions.DEFINITION,
            DaemonSets.DEFINITION,
            Deployments.DEFINITION,
            ReplicaSets.DEFINITION,
            StatefulSets.DEFINITION,
            HorizontalPodAutoscalers.DEFINITION,
            CronJobs.DEFINITION,
            Jobs.DEFINITION,
            CertificateSigningRequests.DEFINITION,
            Leases.DEFINITION,
            EndpointSlices.DEFINITION,
            FlowSchemas.DEFINITION,
            PriorityLevelConfigurations.DEFINITION,
            Ingresses.DEFINITION,
            IngressClasses.DEFINITION,
            IPAddresses.DEFINITION,
            NetworkPolicies.DEFINITION,
            ServiceCIDRs.DEFINITION,
            RuntimeClasses.DEFINITION,
            PodDisruptionBudgets.DEFINITION,
            ClusterRoles.DEFINITION,
            ClusterRoleBindings.DEFINITION,
            Roles.DEFINITION,
            RoleBindings.DEFINITION,
            DeviceClasses.DEFINITION,
            ResourceClaims.DEFINITION,
            ResourceClaimTemplates.DEFINITION,
            ResourceSlices.DEFINITION,
            PriorityClasses.DEFINITION,
            CSIDrivers.DEFINITION,
            CSINodes.DEFINITION,
            CSIStorageCapacities.DEFINITION,
            StorageClasses.DEFINITION,
            VolumeAttachments.DEFINITION,
            VolumeAttributesClasses.DEFINITION,
            MutatingAdmissionPolicies.DEFINITION,
            MutatingAdmissionPolicyBindings.DEFINITION,
            MutatingWebhookConfigurations.DEFINITION,
            ValidatingAdmissionPolicies.DEFINITION,
            ValidatingAdmissionPolicyBindings.DEFINITION,
            ValidatingWebhookConfigurations.DEFINITION,
            CustomResourceDefinitions.DEFINITION,
            APIServices.DEFINITION,
            SelfSubjectReviews.DEFINITION,
            TokenReviews.DEFINITION,
            LocalSubjectAccessReviews.DEFINITION,
            SelfSubjectAccessReviews.DEFINITION,
            SelfSubjectRulesReviews.DEFINITION,
            SubjectAccessReviews.DEFINITION,
            io.amphora.api.events.v1.Events.DEFINITION,
            io.amphora.api.autoscaling.v1.HorizontalPodAutoscalers.DEFINITION);

    private Kinds() {}
}
