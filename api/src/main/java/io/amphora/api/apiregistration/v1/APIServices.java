package io.amphora.api.apiregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.field.Names;

/// Who serves a version of a group: this server itself, or another one behind a Service.
public final class APIServices {
    public static final ResourceDefinition<APIService> DEFINITION = ResourceDefinition.of(
                    "apiregistration.k8s.io/v1", "APIService", APIService::of)
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<APIService>builder()
                    .name()
                    .text("Service", "Who serves it.", APIServices::service)
                    .text("Available", "Whether it is served.", APIServices::available)
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private APIServices() {}

    private static String service(APIService service) {
        if (service.spec().findService().isEmpty()) return "Local";
        ServiceReference reference = service.spec().service();
        return reference.namespace() + "/" + reference.name();
    }

    private static String available(APIService service) {
        for (APIServiceCondition condition : service.status().conditions())
            if (condition.type().equals("Available"))
                return condition.status().equals("True")
                        ? "True"
                        : condition.status() + " (" + condition.reason() + ")";
        return "Unknown";
    }

    private static final class Rules extends SpecAndStatus<APIService> {
        private static final int GROUP_PRIORITY = 20_000;
        private static final int VERSION_PRIORITY = 1000;

        Rules() {
            super(APIService::of);
        }

        @Override
        public APIService withDefaults(APIService service) {
            return APIService.of(Defaults.in(
                    service.tree(),
                    "spec",
                    spec -> Defaults.in(spec, "service", reference -> Defaults.absent(reference, "port", 443))));
        }

        @Override
        public String nameFormat() {
            return "path-segment";
        }

        @Override
        public void validate(APIService service, FieldErrors errors) {
            APIServiceSpec spec = service.spec();
            String name = spec.version() + "." + spec.group();
            String why = "must be `spec.version+\".\"+spec.group`: " + GoText.quote(name);
            FieldPath metadata = FieldPath.of("metadata");
            String prefix = service.metadata().generateName();
            if (!prefix.isEmpty() && !prefix.equals(name)) errors.invalid(metadata.child("generateName"), prefix, why);
            boolean segment = !service.name().isEmpty()
                    && Names.isValidPathSegmentName(service.name()).isEmpty();
            if (segment && !service.name().equals(name)) errors.invalid(metadata.child("name"), service.name(), why);
            if (!spec.group().isEmpty()) Checks.subdomain(spec.group(), SPEC.child("group"), errors);
            else if (!spec.version().equals("v1"))
                errors.required(SPEC.child("group"), "only v1 may have an empty group and it better be legacy kube");
            errors.invalidAll(SPEC.child("version"), spec.version(), Names.isDNS1035Label(spec.version()));
            priority("groupPriorityMinimum", spec.groupPriorityMinimum(), GROUP_PRIORITY, errors);
            priority("versionPriority", spec.versionPriority(), VERSION_PRIORITY, errors);
            int bundle = spec.caBundle().length;
            FieldPath insecure = SPEC.child("insecureSkipTLSVerify");
            if (spec.findService().isEmpty()) {
                if (bundle > 0)
                    errors.invalid(
                            SPEC.child("caBundle"), bundle + " bytes", "local APIServices may not have a caBundle");
                if (spec.insecureSkipTLSVerify())
                    errors.invalid(insecure, true, "local APIServices may not have insecureSkipTLSVerify");
                return;
            }
            FieldPath at = SPEC.child("service");
            Checks.required(spec.service().namespace(), at.child("namespace"), errors);
            Checks.required(spec.service().name(), at.child("name"), errors);
            for (String wrong : Names.isValidPortNum(spec.service().port()))
                errors.invalid(at.child("port"), spec.service().port(), "port is not valid: " + wrong);
            if (spec.insecureSkipTLSVerify() && bundle > 0)
                errors.invalid(insecure, true, "may not be true if caBundle is present");
        }

        private static void priority(String name, int priority, int limit, FieldErrors errors) {
            if (priority <= 0 || priority > limit)
                errors.invalid(SPEC.child(name), priority, "must be positive and less than " + limit);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
