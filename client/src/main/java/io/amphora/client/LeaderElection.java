package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.coordination.v1.Lease;
import io.amphora.api.coordination.v1.LeaseSpec;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Lets one of several processes lead: the one that holds a Lease. The holder renews it; whoever has watched it
/// unchanged for its whole duration, on his own clock, takes it.
///
/// Clocks may differ, but must run about equally fast. One thread, the caller's of [#run].
public final class LeaderElection {

    /// @param lease how long a holder that says nothing keeps it
    /// @param renewal how long the leader tries to renew before it gives up
    /// @param retry how long between tries
    public record Timing(Duration lease, Duration renewal, Duration retry) {
        public static final Timing USUAL =
                new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    private final Resource<Lease> leases;
    private final Clock clock;
    private final Randomness randomness;
    private final String name;
    private final String identity;
    private final Timing timing;
    private LeaseSpec observed = LeaseSpec.EMPTY;
    private Duration observedAt = Duration.ZERO;

    /// @param name the Lease's, in `namespace`
    /// @param identity who we are, unlike everyone else: host name and uuid
    public LeaderElection(
            Client client,
            Clock clock,
            Randomness randomness,
            String namespace,
            String name,
            String identity,
            Timing timing) {
        this.leases = client.resource(Leases.DEFINITION).inNamespace(namespace);
        this.clock = clock;
        this.randomness = randomness;
        this.name = name;
        this.identity = identity;
        this.timing = timing;
    }

    /// Waits until we lead, calls `lead` (which must return at once), keeps the Lease, and returns when it is
    /// lost,
    /// after `stop`. An interrupt gives the Lease back.
    public void run(Runnable lead, Runnable stop) throws InterruptedException {
        while (!tryToHold()) clock.sleep(withJitter(timing.retry()));
        lead.run();
        try {
            Deadline end = clock.deadline(timing.renewal());
            while (!end.isOver()) {
                clock.sleep(timing.retry());
                if (tryToHold()) end = clock.deadline(timing.renewal());
            }
        } catch (InterruptedException stopping) {
            stop.run();
            release();
            throw stopping;
        }
        stop.run();
    }

    private Duration withJitter(Duration duration) {
        return duration.plusMillis((long) (duration.toMillis() * 1.2 * randomness.fraction()));
    }

    /// @return whether we hold the Lease now
    boolean tryToHold() {
        try {
            Optional<Lease> found = leases.find(name);
            return found.isPresent() ? takeOrRenew(found.get()) : create();
        } catch (ApiException refused) {
            return false; // somebody was faster, or the server is away: the next try will tell
        }
    }

    private boolean create() {
        Instant now = clock.now();
        var spec = LeaseSpec.EMPTY
                .withHolderIdentity(identity)
                .withLeaseDurationSeconds((int) timing.lease().toSeconds())
                .withAcquireTime(now)
                .withRenewTime(now)
                .withLeaseTransitions(0);
        leases.create(Lease.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name)).withSpec(spec));
        observe(spec);
        return true;
    }

    private boolean takeOrRenew(Lease lease) {
        LeaseSpec held = lease.spec();
        if (!held.equals(observed)) observe(held);
        boolean ours = held.holderIdentity().equals(identity);
        Duration length = Duration.ofSeconds(held.leaseDurationSeconds());
        boolean over = held.holderIdentity().isEmpty()
                || clock.elapsed().minus(observedAt).compareTo(length) >= 0;
        if (!ours && !over) return false;
        Instant now = clock.now();
        LeaseSpec renewed = held.withHolderIdentity(identity)
                .withLeaseDurationSeconds((int) timing.lease().toSeconds())
                .withRenewTime(now);
        if (!ours) renewed = renewed.withAcquireTime(now).withLeaseTransitions(held.leaseTransitions() + 1);
        leases.update(lease.withSpec(renewed));
        observe(renewed);
        return true;
    }

    private void observe(LeaseSpec spec) {
        observed = spec;
        observedAt = clock.elapsed();
    }

    private void release() {
        try {
            Optional<Lease> held = leases.find(name);
            if (held.isEmpty() || !held.get().spec().holderIdentity().equals(identity)) return;
            leases.update(
                    held.get().withSpec(held.get().spec().withHolderIdentity("").withLeaseDurationSeconds(1)));
        } catch (ApiException gone) {
            // Then it simply runs out.
        }
    }
}
