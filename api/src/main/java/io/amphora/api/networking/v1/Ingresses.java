package io.amphora.api.networking.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IpFields;
import io.amphora.api.validation.References;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.net.IpChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Brings web requests from outside to Services by host and path.
public final class Ingresses {
    public static final ResourceDefinition<Ingress> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "Ingress", Ingress::of)
            .plural("ingresses")
            .shortNames("ing")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<Ingress>builder()
                    .name()
                    .text(
                            "Class",
                            "What serves it.",
                            ingress -> ingress.spec().findIngressClassName().orElse(Cells.NONE))
                    .text("Hosts", "The hosts it is for.", Ingresses::hosts)
                    .text("Address", "Where it is reached.", Ingresses::addresses)
                    .text(
                            "Ports",
                            "Ports it is reached at.",
                            ingress -> ingress.spec().tls().isEmpty() ? "80" : "80, 443")
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    /// Where the class stood before it was a field.
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

    private static final int SHOWN = 3;

    private Ingresses() {}

    private static String hosts(Ingress ingress) {
        var hosts = new ArrayList<String>();
        for (IngressRule rule : ingress.spec().rules()) {
            if (hosts.size() == SHOWN)
                return String.join(",", hosts) + " + " + (ingress.spec().rules().size() - SHOWN) + " more...";
            if (!rule.host().isEmpty()) hosts.add(rule.host());
        }
        return hosts.isEmpty() ? "*" : String.join(",", hosts);
    }

    private static String addresses(Ingress ingress) {
        return ingress.status().loadBalancer().ingress().stream()
                .map(address -> Cells.or(address.ip(), address.hostname()))
                .filter(address -> !address.isEmpty())
                .distinct()
                .collect(Collectors.joining(","));
    }

    private static final class Rules extends SpecAndStatus<Ingress> {
        private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
        private static final List<String> NOT_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");
        private static final List<String> NOT_AT_END = List.of("/..", "/.");

        Rules() {
            super(Ingress::of);
        }

        @Override
        public void validate(Ingress ingress, FieldErrors errors) {
            spec(ingress.spec(), true, errors);
            String annotation = ingress.metadata().annotations().get(CLASS_ANNOTATION);
            if (annotation != null
                    && ingress.spec()
                            .findIngressClassName()
                            .filter(name -> !name.equals(annotation))
                            .isPresent())
                errors.invalid(
                        FieldPath.of("annotations").child(CLASS_ANNOTATION),
                        annotation,
                        "must match `ingressClassName` when both are specified");
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        /// Names of Secrets that were let in once stay.
        @Override
        public void validateUpdate(Ingress updated, Ingress stored, FieldErrors errors) {
            boolean wereRight = stored.spec().tls().stream()
                    .map(IngressTLS::secretName)
                    .allMatch(name ->
                            name.isEmpty() || Names.isDNS1123Subdomain(name).isEmpty());
            spec(updated.spec(), wereRight, errors);
        }

        private static void spec(IngressSpec spec, boolean checkSecrets, FieldErrors errors) {
            if (spec.rules().isEmpty() && spec.findDefaultBackend().isEmpty())
                errors.invalid(SPEC, null, "either `defaultBackend` or `rules` must be specified");
            spec.findDefaultBackend().ifPresent(backend -> backend(backend, SPEC.child("defaultBackend"), errors));
            for (int i = 0; i < spec.rules().size(); i++)
                rule(spec.rules().get(i), SPEC.child("rules").index(i), errors);
            for (int i = 0; i < spec.tls().size(); i++)
                tls(spec.tls().get(i), checkSecrets, SPEC.child("tls").index(i), errors);
            spec.findIngressClassName()
                    .ifPresent(name -> Checks.subdomain(name, SPEC.child("ingressClassName"), errors));
        }

        private static void rule(IngressRule rule, FieldPath at, FieldErrors errors) {
            if (!rule.host().isEmpty()) {
                if (IpAddress.parse(rule.host()) != null)
                    errors.invalid(at.child("host"), rule.host(), "must be a DNS name, not an IP address");
                host(rule.host(), at.child("host"), errors);
            }
            if (rule.findHttp().isEmpty()) return;
            var paths = rule.http().paths();
            FieldPath list = at.child("http").child("paths");
            if (paths.isEmpty()) errors.required(list, "");
            for (int i = 0; i < paths.size(); i++) path(paths.get(i), list.index(i), errors);
        }

        private static void host(String host, FieldPath at, FieldErrors errors) {
            if (host.contains("*")) errors.invalidAll(at, host, Names.isWildcardDNS1123Subdomain(host));
            else Checks.subdomain(host, at, errors);
        }

        private static void path(HTTPIngressPath path, FieldPath at, FieldErrors errors) {
            if (path.findPathType().isEmpty()) {
                errors.required(at.child("pathType"), "pathType must be specified");
                return;
            }
            String text = path.path();
            boolean absolute = text.startsWith("/");
            switch (path.pathType()) {
                case "Exact", "Prefix" -> {
                    if (!absolute) errors.invalid(at.child("path"), text, "must be an absolute path");
                    for (String sequence : NOT_IN_PATHS)
                        if (text.contains(sequence))
                            errors.invalid(at.child("path"), text, "must not contain '" + sequence + "'");
                    for (String end : NOT_AT_END)
                        if (text.endsWith(end)) errors.invalid(at.child("path"), text, "cannot end with '" + end + "'");
                }
                case "ImplementationSpecific" -> {
                    if (!absolute && !text.isEmpty())
                        errors.invalid(at.child("path"), text, "must be an absolute path");
                }
                default -> errors.notSupported(at.child("pathType"), path.pathType(), PATH_TYPES);
            }
            backend(path.backend(), at.child("backend"), errors);
        }

        private static void backend(IngressBackend backend, FieldPath at, FieldErrors errors) {
            boolean resource = backend.findResource().isPresent();
            boolean service = backend.findService().isPresent();
            if (resource && service) errors.invalid(at, "", "cannot set both resource and service backends");
            else if (resource) References.typed(backend.resource().tree(), at.child("resource"), errors);
            else if (service) service(backend.service(), at, errors);
            else errors.invalid(at, "", "resource or service backend is required");
        }

        private static void service(IngressServiceBackend service, FieldPath at, FieldErrors errors) {
            FieldPath path = at.child("service");
            String name = service.name();
            if (name.isEmpty()) errors.required(path.child("name"), "");
            else errors.invalidAll(path.child("name"), name, Names.isDNS1035Label(name));
            String port = service.port().name();
            int number = service.port().number();
            if (!port.isEmpty() && number != 0) errors.invalid(at, "", "cannot set both port name & port number");
            else if (!port.isEmpty())
                errors.invalidAll(path.child("port").child("name"), port, Names.isValidPortName(port));
            else if (number != 0) Checks.portNumber(number, path.child("port").child("number"), errors);
            else errors.required(at, "port name or number is required");
        }

        private static void tls(IngressTLS tls, boolean checkSecret, FieldPath at, FieldErrors errors) {
            for (int i = 0; i < tls.hosts().size(); i++)
                host(tls.hosts().get(i), at.child("hosts").index(i), errors);
            if (checkSecret && !tls.secretName().isEmpty())
                Checks.subdomain(tls.secretName(), at.child("secretName"), errors);
        }

        @Override
        public void validateUpdate(String subresource, Ingress updated, Ingress stored, FieldErrors errors) {
            var addresses = updated.status().loadBalancer().ingress();
            FieldPath list = FieldPath.of("status").child("loadBalancer").child("ingress");
            for (int i = 0; i < addresses.size(); i++) {
                String ip = addresses.get(i).ip();
                if (!ip.isEmpty())
                    IpChecks.isValidIPForLegacyField(list.index(i).child("ip"), ip, errors);
                IpFields.hostname(addresses.get(i).hostname(), list.index(i).child("hostname"), errors);
            }
        }

        @Override
        public List<String> warnings(Ingress ingress) {
            return ingress.spec().findIngressClassName().isEmpty()
                            && ingress.metadata().annotations().containsKey(CLASS_ANNOTATION)
                    ? List.of("annotation \"" + CLASS_ANNOTATION
                            + "\" is deprecated, please use 'spec.ingressClassName' instead")
                    : List.of();
        }

        @Override
        public List<String> warningsOnUpdate(Ingress updated, Ingress stored) {
            return List.of();
        }
    }
}
