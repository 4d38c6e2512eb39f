package io.amphora.generator;

import io.amphora.generator.Model.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the artifacts do not say, written by hand. The build fails on an entry that no longer applies, and on a
/// difference between the artifacts that no entry explains.
final class Overlay {
    private Overlay() {}

    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    static final String APIREGISTRATION = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.";
    static final String APIEXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    /// The outer classes of the generated protobuf code that carry a GA version.
    static final List<String> PROTO_FILES = List.of(
            "Meta",
            "Resource",
            "IntStr",
            "Runtime",
            "V1",
            "V1Admission",
            "V1Admissionregistration",
            "V1Apiextensions",
            "V1Apps",
            "V1Authentication",
            "V1Authorization",
            "V1Autoscaling",
            "V1Batch",
            "V1Certificates",
            "V1Coordination",
            "V1Discovery",
            "V1Events",
            "V1Flowcontrol",
            "V1Networking",
            "V1Node",
            "V1Policy",
            "V1Rbac",
            "V1Resource",
            "V1Scheduling",
            "V1Storage",
            "V2Apidiscovery",
            "V2Autoscaling");

    /// The API group by the label before the version; what is not here is its own group (`apps`).
    static final Map<String, String> GROUPS = Map.ofEntries(
            Map.entry("core", ""),
            Map.entry("meta", ""),
            Map.entry("admission", "admission.k8s.io"),
            Map.entry("admissionregistration", "admissionregistration.k8s.io"),
            Map.entry("apidiscovery", "apidiscovery.k8s.io"),
            Map.entry("apiextensions", "apiextensions.k8s.io"),
            Map.entry("apiregistration", "apiregistration.k8s.io"),
            Map.entry("authentication", "authentication.k8s.io"),
            Map.entry("authorization", "authorization.k8s.io"),
            Map.entry("certificates", "certificates.k8s.io"),
            Map.entry("coordination", "coordination.k8s.io"),
            Map.entry("discovery", "discovery.k8s.io"),
            Map.entry("events", "events.k8s.io"),
            Map.entry("flowcontrol", "flowcontrol.apiserver.k8s.io"),
            Map.entry("networking", "networking.k8s.io"),
            Map.entry("node", "node.k8s.io"),
            Map.entry("rbac", "rbac.authorization.k8s.io"),
            Map.entry("resource", "resource.k8s.io"),
            Map.entry("scheduling", "scheduling.k8s.io"),
            Map.entry("storage", "storage.k8s.io"));

    /// Kinds that OpenAPI leaves out, with their apiVersion.
    static final Map<String, String> EXTRA_KINDS = Map.ofEntries(
            Map.entry(META + "ListOptions", "v1"),
            Map.entry(META + "GetOptions", "v1"),
            Map.entry(META + "CreateOptions", "v1"),
            Map.entry(META + "UpdateOptions", "v1"),
            Map.entry(META + "PatchOptions", "v1"),
            Map.entry(META + "PartialObjectMetadata", "meta.k8s.io/v1"),
            Map.entry(META + "PartialObjectMetadataList", "meta.k8s.io/v1"),
            Map.entry("io.k8s.api.admission.v1.AdmissionReview", "admission.k8s.io/v1"),
            Map.entry(APIEXTENSIONS + "ConversionReview", "apiextensions.k8s.io/v1"));

    /// Types that are no kinds and that no kind contains, and are wanted all the same.
    static final Set<String> EXTRA_TYPES = Set.of(META + "WatchEvent");

    /// Types that OpenAPI writes apiVersion and kind of though they only stand inside others.
    static final Set<String> NO_KINDS = Set.of(META + "APIResource");

    /// Message fields whose own fields JSON has in their place.
    static final Set<String> INLINED = Set.of(
            "admissionregistration.v1.NamedRuleWithOperations.ruleWithOperations",
            "admissionregistration.v1.RuleWithOperations.rule",
            "core.v1.ConfigMapEnvSource.localObjectReference",
            "core.v1.ConfigMapKeySelector.localObjectReference",
            "core.v1.ConfigMapProjection.localObjectReference",
            "core.v1.ConfigMapVolumeSource.localObjectReference",
            "core.v1.EphemeralContainer.ephemeralContainerCommon",
            "core.v1.PersistentVolumeSpec.persistentVolumeSource",
            "core.v1.Probe.handler",
            "core.v1.SecretEnvSource.localObjectReference",
            "core.v1.SecretKeySelector.localObjectReference",
            "core.v1.SecretProjection.localObjectReference",
            "core.v1.Volume.volumeSource",
            "networking.v1.IngressRule.ingressRuleValue",
            "resource.v1.DeviceAllocationConfiguration.deviceConfiguration",
            "resource.v1.DeviceClaimConfiguration.deviceConfiguration",
            "resource.v1.DeviceClassConfiguration.deviceConfiguration");

    /// JSON's name of a field where protobuf has another.
    static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("admissionregistration.v1.MutatingWebhookConfiguration.Webhooks", "webhooks"),
            Map.entry("admissionregistration.v1.ValidatingWebhookConfiguration.Webhooks", "webhooks"),
            Map.entry("admissionregistration.v1.Validation.Expression", "expression"),
            Map.entry("admissionregistration.v1.Variable.Expression", "expression"),
            Map.entry("admissionregistration.v1.Variable.Name", "name"),
            Map.entry("authentication.v1.BoundObjectReference.uID", "uid"),
            Map.entry("networking.v1.IngressClassParametersReference.aPIGroup", "apiGroup"),
            Map.entry("apiextensions.v1.JSONSchemaProps.ref", "$ref"),
            Map.entry("apiextensions.v1.JSONSchemaProps.schema", "$schema"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesEmbeddedResource", "x-kubernetes-embedded-resource"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesIntOrString", "x-kubernetes-int-or-string"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesListMapKeys", "x-kubernetes-list-map-keys"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesListType", "x-kubernetes-list-type"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesMapType", "x-kubernetes-map-type"),
            Map.entry(
                    "apiextensions.v1.JSONSchemaProps.xKubernetesPreserveUnknownFields",
                    "x-kubernetes-preserve-unknown-fields"),
            Map.entry("apiextensions.v1.JSONSchemaProps.xKubernetesValidations", "x-kubernetes-validations"));

    /// Messages that JSON writes as one value.
    static final Map<String, Scalar> SCALARS = Map.ofEntries(
            Map.entry(META + "Time", Scalar.TIME),
            Map.entry(META + "MicroTime", Scalar.MICRO_TIME),
            Map.entry(META + "FieldsV1", Scalar.FIELDS_V1),
            Map.entry("io.k8s.apimachinery.pkg.api.resource.Quantity", Scalar.QUANTITY),
            Map.entry("io.k8s.apimachinery.pkg.util.intstr.IntOrString", Scalar.INT_OR_STRING),
            Map.entry("io.k8s.apimachinery.pkg.runtime.RawExtension", Scalar.RAW_EXTENSION),
            Map.entry(APIEXTENSIONS + "JSON", Scalar.JSON),
            Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrArray", Scalar.SCHEMA_OR_ARRAY),
            Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrBool", Scalar.SCHEMA_OR_BOOL),
            Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrStringArray", Scalar.SCHEMA_OR_STRINGS));

    /// Messages that JSON writes as a list of strings, their field 1.
    static final Set<String> WRAPPED_LISTS = Set.of(
            META + "Verbs",
            "io.k8s.api.authentication.v1.ExtraValue",
            "io.k8s.api.authorization.v1.ExtraValue",
            "io.k8s.api.certificates.v1.ExtraValue");

    /// Fields of the artifact that 1.36 does not have, or that no client sees.
    static final Set<String> DROPPED = Set.of("autoscaling.v2.HorizontalPodAutoscalerCondition.observedGeneration");

    /// What a comment's `+default=ref(…)` refers to.
    static final Map<String, String> DEFAULT_REFERENCES =
            Map.of("AzureDataDiskCachingReadWrite", "\"ReadWrite\"", "AzureSharedBlobDisk", "\"Shared\"");

    /// apiregistration.k8s.io/v1, which the protobuf artifact lacks: `name number shape`, `!` for a required
    /// field, and
    /// its description.
    static final Map<String, List<String>> APIREGISTRATION_TYPES = Map.of(
            "APIService",
            List.of(
                    "An API group's version, and the server that answers for it.",
                    "metadata 1 @ObjectMeta|The object's metadata.",
                    "spec 2 @APIServiceSpec|Which group and version is served, and by whom.",
                    "status 3 @APIServiceStatus|What was observed of the server."),
            "APIServiceList",
            List.of(
                    "A list of APIServices.",
                    "metadata 1 @ListMeta|The list's metadata.",
                    "items! 2 list @APIService|The APIServices."),
            "APIServiceSpec",
            List.of(
                    "Where requests for a group and version go. TLS is always used.",
                    "service 1 @ServiceReference|The Service in front of the API server; absent when this server answers itself.",
                    "group 2 STRING|The API group's name.",
                    "version 3 STRING|The API version's name, such as v1.",
                    "insecureSkipTLSVerify 4 BOOLEAN|Turns off the check of the server's certificate. Better use caBundle.",
                    "caBundle 5 BYTES atomic|PEM certificates that the server's certificate is checked with; the system's roots when empty.",
                    "groupPriorityMinimum! 7 INT32|The priority of the group at least; groups with a higher one come first.",
                    "versionPriority! 8 INT32|The version's place within its group, the highest first; versions of equal place are ordered as Kubernetes versions."),
            "APIServiceStatus",
            List.of(
                    "What was observed of the server behind an APIService.",
                    "conditions 1 list/map/type merge/type @APIServiceCondition|The APIService's conditions."),
            "APIServiceCondition",
            List.of(
                    "One aspect of an APIService's state.",
                    "type! 1 STRING|The condition's type, such as Available.",
                    "status! 2 STRING|True, False or Unknown.",
                    "lastTransitionTime 3 TIME|When the status last changed.",
                    "reason 4 STRING|Why it changed, in one word in CamelCase.",
                    "message 5 STRING|Why it changed, for people."),
            "ServiceReference",
            List.of(
                    "A Service that an API server stands behind.",
                    "namespace 1 STRING|The Service's namespace.",
                    "name 2 STRING|The Service's name.",
                    "port 3 INT32|The Service's port; 443 when absent."));
}
