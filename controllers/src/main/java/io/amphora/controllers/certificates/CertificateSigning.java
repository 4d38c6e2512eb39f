package io.amphora.controllers.certificates;

import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequestCondition;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;

/// Signs what somebody has approved, if it is for one of the cluster's own signers and keeps to
/// its rules. The certificate is written anew from what was read of the request; no bytes of it
/// are copied but the key.
public final class CertificateSigning implements Controller<CertificateSigningRequest> {
    /// The longest that is signed, and what is signed where no time is asked for.
    private static final Duration LONGEST = Duration.ofDays(365);

    private final CertificateAuthority authority;

    public CertificateSigning(CertificateAuthority authority) {
        this.authority = authority;
    }

    @Override
    public String name() {
        return "certificatesigningrequest-signing-controller";
    }

    @Override
    public Watches<CertificateSigningRequest> watches() {
        return Watches.of(CertificateSigningRequests.DEFINITION);
    }

    @Override
    public Plan plan(CertificateSigningRequest csr, Seen seen, Instant now) {
        boolean waits = Conditions.has(csr, "Approved")
                && !Conditions.has(csr, "Denied")
                && !Conditions.has(csr, "Failed")
                && csr.status().certificate().length == 0;
        if (!waits || !Signers.isOurs(csr.spec().signerName())) return Plan.NOTHING;
        try {
            var request = CertificateRequest.parse(csr.spec().request());
            Optional<String> refusal =
                    Signers.refusal(csr.spec().signerName(), request, csr.spec().usages());
            if (refusal.isPresent()) return failed(csr, refusal.get(), now);
            byte[] certificate = sign(csr, request, now).getBytes(StandardCharsets.US_ASCII);
            return Plan.of(Action.updateStatus(
                    CertificateSigningRequests.DEFINITION,
                    csr.withStatus(csr.status().withCertificate(certificate))));
        } catch (IllegalArgumentException unreadable) {
            return failed(csr, String.valueOf(unreadable.getMessage()), now);
        }
    }

    private String sign(CertificateSigningRequest csr, CertificateRequest request, Instant now) {
        var asked = csr.spec().findExpirationSeconds();
        Duration life = asked.isPresent() ? Duration.ofSeconds(asked.getAsInt()) : LONGEST;
        // The object's uid is made once and by chance, as a serial number has to be.
        var serial = new BigInteger(1, HexFormat.of().parseHex(csr.uid().replace("-", "")));
        return authority.sign(
                new CertificateAuthority.Wanted(
                        SubjectNames.encoded(request.subject()),
                        request.key(),
                        request.names().encoded(),
                        csr.spec().usages(),
                        serial,
                        life.compareTo(LONGEST) < 0 ? life : LONGEST),
                now);
    }

    private static Plan failed(CertificateSigningRequest csr, String why, Instant now) {
        var conditions = new ArrayList<>(csr.status().conditions());
        conditions.add(CertificateSigningRequestCondition.EMPTY
                .withType("Failed")
                .withStatus("True")
                .withReason("SignerValidationFailure")
                .withMessage(why)
                .withLastUpdateTime(now.truncatedTo(ChronoUnit.SECONDS)));
        return Plan.of(Action.updateStatus(
                CertificateSigningRequests.DEFINITION,
                csr.withStatus(csr.status().withConditions(conditions))));
    }
}
