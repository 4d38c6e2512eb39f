package io.amphora.controllers.certificates;

import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Duration;
import java.time.Instant;

/// Deletes requests that have served: an hour after they were decided, a day after nobody decided.
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
        return csr.status().conditions().stream()
                .flatMap(condition -> condition.findLastUpdateTime().stream())
                .max(Instant::compareTo)
                .map(decided -> decided.plus(DECIDED))
                .orElseGet(
                        () -> csr.metadata().findCreationTimestamp().orElse(now).plus(UNDECIDED));
    }
}
