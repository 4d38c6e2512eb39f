package io.amphora.controllers.certificates;

import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Deletes requests that have served: an hour after they were decided, a day after nobody decided, and when the
/// certificate has expired.
public final class CertificateCleaner implements Controller<CertificateSigningRequest> {
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration UNDECIDED = Duration.ofHours(24);

    @Override
    public String name() {
        return "certificatesigningrequest-cleaner-controller";
    }

    @Override
    public Watches<CertificateSigningRequest> watches() {
        return Watches.of(CertificateSigningRequests.DEFINITION);
    }

    @Override
    public Plan plan(CertificateSigningRequest csr, Seen seen, Instant now) {
        Instant end = end(csr, now);
        if (now.isBefore(end)) return Plan.lookAgainAt(end);
        return Plan.of(Action.delete(CertificateSigningRequests.DEFINITION, csr));
    }

    private static Instant end(CertificateSigningRequest csr, Instant now) {
        Instant decided = csr.status().conditions().stream()
                .flatMap(condition -> condition.findLastUpdateTime().stream())
                .max(Instant::compareTo)
                .map(time -> time.plus(DECIDED))
                .orElseGet(
                        () -> csr.metadata().findCreationTimestamp().orElse(now).plus(UNDECIDED));
        return expiration(csr).filter(end -> end.isBefore(decided)).orElse(decided);
    }

    private static Optional<Instant> expiration(CertificateSigningRequest csr) {
        byte[] pem = csr.status().certificate();
        if (pem.length == 0) return Optional.empty();
        try {
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
            return Optional.of(certificate.getNotAfter().toInstant());
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }
}
