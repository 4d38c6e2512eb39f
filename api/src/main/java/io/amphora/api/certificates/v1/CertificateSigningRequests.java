package io.amphora.api.certificates.v1;

import static io.amphora.api.SpecAndStatus.restore;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.HumanDuration;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.SignerNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Asks for a certificate: somebody approves or denies it, then a signer makes the certificate.
public final class CertificateSigningRequests {
    public static final ResourceDefinition<CertificateSigningRequest> DEFINITION = ResourceDefinition.of(
                    "certificates.k8s.io/v1", "CertificateSigningRequest", CertificateSigningRequest::of)
            .shortNames("csr")
            .subresources("approval", "status")
            .strategy(new Rules())
            .columns(Columns.<CertificateSigningRequest>builder()
                    .name()
                    .age()
                    .text(
                            "SignerName",
                            "Who is to sign.",
                            request -> Cells.orNone(request.spec().signerName()))
                    .text("Requestor", "Who asked.", request -> request.spec().username())
                    .text("RequestedDuration", "How long it is to be valid.", CertificateSigningRequests::duration)
                    .text("Condition", "How far it is.", CertificateSigningRequests::state)
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath CONDITIONS = STATUS.child("conditions");

    private CertificateSigningRequests() {}

    private static String duration(CertificateSigningRequest request) {
        var seconds = request.spec().findExpirationSeconds();
        return seconds.isPresent() ? HumanDuration.of(Duration.ofSeconds(seconds.getAsInt())) : Cells.NONE;
    }

    private static String state(CertificateSigningRequest request) {
        var types = request.status().conditions().stream()
                .map(CertificateSigningRequestCondition::type)
                .toList();
        String state = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        if (types.contains("Failed")) state += ",Failed";
        return request.status().tree().text("certificate").isEmpty() ? state : state + ",Issued";
    }

    private static final class Rules extends SpecAndStatus<CertificateSigningRequest> {
        private static final int SHORTEST = 600;

        private static final List<String> USAGES = List.of(
                "any",
                "cert sign",
                "client auth",
                "code signing",
                "content commitment",
                "crl sign",
                "data encipherment",
                "decipher only",
                "digital signature",
                "email protection",
                "encipher only",
                "ipsec end system",
                "ipsec tunnel",
                "ipsec user",
                "key agreement",
                "key encipherment",
                "microsoft sgc",
                "netscape sgc",
                "ocsp signing",
                "s/mime",
                "server auth",
                "signing",
                "timestamping");

        Rules() {
            super(CertificateSigningRequest::of);
        }

        /// Spec and status are not the main path's to change; who tries is not told.
        @Override
        public CertificateSigningRequest prepareForUpdate(
                CertificateSigningRequest updated, CertificateSigningRequest stored) {
            ObjectTree tree = super.prepareForUpdate(updated, stored).tree();
            return CertificateSigningRequest.of(restore(tree, stored.tree(), "spec"));
        }

        /// `approval` changes the conditions only.
        @Override
        public CertificateSigningRequest prepareForUpdate(
                String subresource, CertificateSigningRequest updated, CertificateSigningRequest stored) {
            if (!subresource.equals("approval")) return super.prepareForUpdate(subresource, updated, stored);
            ObjectTree status = restore(stored.status().tree(), updated.status().tree(), "conditions");
            ObjectTree tree = restoreAllBut("metadata", updated.tree(), stored.tree());
            return CertificateSigningRequest.of(tree.with("status", status));
        }

        @Override
        public CertificateSigningRequest stamp(
                CertificateSigningRequest updated, CertificateSigningRequest stored, Instant now) {
            Tree time = CertificateSigningRequestCondition.EMPTY
                    .withLastUpdateTime(now)
                    .tree()
                    .get("lastUpdateTime");
            return CertificateSigningRequest.of(Defaults.in(
                    updated.tree(),
                    "status",
                    status -> Defaults.each(status, "conditions", condition -> {
                        ObjectTree timed = Defaults.absent(condition, "lastUpdateTime", time);
                        return Defaults.absent(timed, "lastTransitionTime", transition(timed, stored, time));
                    })));
        }

        private static Tree transition(ObjectTree condition, CertificateSigningRequest stored, Tree now) {
            for (CertificateSigningRequestCondition old : stored.status().conditions())
                if (old.type().equals(condition.text("type"))
                        && old.status().equals(condition.text("status"))
                        && old.findLastTransitionTime().isPresent())
                    return old.tree().get("lastTransitionTime");
            return now;
        }

        @Override
        public void validate(CertificateSigningRequest request, FieldErrors errors) {
            CertificateSigningRequestSpec spec = request.spec();
            request(spec, SPEC.child("request"), errors);
            usages(spec.usages(), SPEC.child("usages"), errors);
            FieldPath signer = SPEC.child("signerName");
            if (spec.signerName().equals("kubernetes.io/legacy-unknown"))
                errors.invalid(signer, spec.signerName(), "the legacy signerName is not allowed via this API version");
            else SignerNames.validate(spec.signerName(), signer, errors);
            if (spec.findExpirationSeconds().isPresent() && spec.expirationSeconds() < SHORTEST)
                errors.invalid(
                        SPEC.child("expirationSeconds"),
                        spec.expirationSeconds(),
                        "may not specify a duration less than 600 seconds (10 minutes)");
        }

        private static void request(CertificateSigningRequestSpec spec, FieldPath at, FieldErrors errors) {
            var blocks = PemBlocks.of(spec.findRequest().orElse(new byte[0])).blocks();
            Tree shown = spec.tree().get("request");
            if (blocks.isEmpty() || !blocks.getFirst().type().equals("CERTIFICATE REQUEST")) {
                errors.invalid(at, shown, "PEM block type must be CERTIFICATE REQUEST");
                return;
            }
            String problem = PemBlocks.problem(blocks.getFirst().bytes());
            if (!problem.isEmpty()) errors.invalid(at, shown, problem);
        }

        private static void usages(List<String> usages, FieldPath list, FieldErrors errors) {
            if (usages.isEmpty()) errors.required(list, "");
            var seen = new HashSet<String>();
            for (int i = 0; i < usages.size(); i++) {
                Checks.supported(usages.get(i), USAGES, list.index(i), errors);
                if (!seen.add(usages.get(i))) errors.duplicate(list.index(i), usages.get(i));
            }
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(
                String subresource,
                CertificateSigningRequest updated,
                CertificateSigningRequest stored,
                FieldErrors errors) {
            conditions(updated.status().conditions(), errors);
            for (String type : List.of("Approved", "Denied", "Failed")) {
                long now = count(updated, type);
                long before = count(stored, type);
                if (now < before)
                    errors.forbidden(CONDITIONS, "updates may not remove a condition of type \"" + type + "\"");
                if (now > before && !type.equals("Failed") && subresource.equals("status"))
                    errors.forbidden(CONDITIONS, "updates may not add a condition of type \"" + type + "\"");
            }
            if (subresource.equals("status")) certificate(updated, stored, errors);
        }

        private static long count(CertificateSigningRequest request, String type) {
            return request.status().conditions().stream()
                    .filter(condition -> condition.type().equals(type))
                    .count();
        }

        private static void conditions(List<CertificateSigningRequestCondition> conditions, FieldErrors errors) {
            var types = new HashSet<String>();
            for (int i = 0; i < conditions.size(); i++) {
                String type = conditions.get(i).type();
                FieldPath at = CONDITIONS.index(i);
                if (type.isEmpty()) errors.required(at.child("type"), "");
                List<String> statuses = switch (type) {
                    case "Approved", "Denied", "Failed" -> List.of("True");
                    default -> List.of("False", "True", "Unknown");
                };
                Checks.oneOf(conditions.get(i).status(), statuses, at.child("status"), errors);
                boolean both = type.equals("Approved") && types.contains("Denied")
                        || type.equals("Denied") && types.contains("Approved");
                if (both)
                    errors.invalid(at.child("type"), type, "Approved and Denied conditions are mutually exclusive");
                if (!types.add(type)) errors.duplicate(at.child("type"), type);
            }
        }

        private static void certificate(
                CertificateSigningRequest updated, CertificateSigningRequest stored, FieldErrors errors) {
            FieldPath at = STATUS.child("certificate");
            String old = stored.status().tree().text("certificate");
            if (!old.isEmpty() && !old.equals(updated.status().tree().text("certificate")))
                errors.forbidden(at, "updates may not modify existing certificate content");
            updated.status().findCertificate().filter(bytes -> bytes.length > 0).ifPresent(bytes -> {
                String problem = problem(bytes);
                if (!problem.isEmpty()) errors.invalid(at, "<certificate data>", problem);
            });
        }

        private static String problem(byte[] pem) {
            var blocks = PemBlocks.of(pem).blocks();
            if (blocks.isEmpty()) return "certificate did not contain any PEM blocks";
            for (PemBlocks.Block block : blocks) {
                if (!block.type().equals("CERTIFICATE"))
                    return "only CERTIFICATE PEM blocks are allowed, found \"" + block.type() + "\"";
                try {
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.bytes()));
                } catch (CertificateException unreadable) {
                    return "found invalid certificate: " + unreadable.getMessage();
                }
            }
            return "";
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("spec.signerName");
        }

        @Override
        public Map<String, String> selectableFields(CertificateSigningRequest request) {
            return Map.of("spec.signerName", request.spec().signerName());
        }
    }
}
