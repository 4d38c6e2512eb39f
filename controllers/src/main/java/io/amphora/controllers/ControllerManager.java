package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.api.apiregistration.v1.APIServices;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.client.Client;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs controllers over shared informers, and keeps up with the kinds that the server serves. Has a thread that
/// does the latter.
///
/// With several managers on one cluster, run each inside a [io.amphora.client.LeaderElection].
public final class ControllerManager implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControllerManager.class.getName());
    private static final String NAMESPACE = "kube-system";
    private static final Duration DISCOVERY = Duration.ofSeconds(30);
    private static final Duration TRY_AGAIN = Duration.ofMillis(200);

    private final Client client;
    private final Function<String, Client> accounts;
    private final Clock clock;
    private final Metrics metrics;
    private final Informers informers;
    private final List<Controller<?>> controllers;
    private final PlanThreads planThreads;
    private final List<ControllerRunner<?>> runners = new ArrayList<>();
    private final Semaphore kindsMayHaveChanged = new Semaphore(0);
    private @Nullable Thread thread;

    /// @param client lists and watches for all controllers
    /// @param accounts makes the client by which a controller writes, of its ServiceAccount of kube-system
    public ControllerManager(
            Client client,
            Function<String, Client> accounts,
            Clock clock,
            Metrics metrics,
            List<Controller<?>> controllers) {
        this.client = client;
        this.accounts = accounts;
        this.clock = clock;
        this.metrics = metrics;
        this.controllers = List.copyOf(controllers);
        this.informers = new Informers(client, clock);
        this.planThreads = new PlanThreads(clock);
    }

    /// Returns at once; the controllers begin when the server answers.
    public synchronized void start() {
        if (thread == null)
            thread = Thread.ofVirtual().name("controller-manager").start(this::run);
    }

    private void run() {
        try {
            Kindred kindred = discover();
            for (Controller<?> controller : controllers)
                startOne(controller, clientOf(Controllers.account(controller)), kindred);
            informers
                    .informer(CustomResourceDefinitions.DEFINITION)
                    .onChange((before, now) -> kindsMayHaveChanged.release());
            informers.informer(APIServices.DEFINITION).onChange((before, now) -> kindsMayHaveChanged.release());
            while (true) {
                var regularly = clock.after(DISCOVERY, kindsMayHaveChanged::release);
                kindsMayHaveChanged.acquire();
                regularly.cancel();
                kindsMayHaveChanged.drainPermits();
                Kindred changed = discover();
                for (ControllerRunner<?> runner : runners()) runner.kindredChanged(changed);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Kindred discover() throws InterruptedException {
        while (true) {
            try {
                return Kindred.of(client.discovery());
            } catch (ApiException notYet) {
                clock.sleep(TRY_AGAIN);
            }
        }
    }

    private synchronized <T extends ApiObject> void startOne(Controller<T> controller, Client own, Kindred kindred) {
        int workers = controller.watches().primary() == null ? 16 : 8;
        var runner = new ControllerRunner<>(controller, own, informers, kindred, planThreads, clock, metrics, workers);
        runners.add(runner);
        runner.start();
    }

    /// @param account "" for the manager's own
    private Client clientOf(String account) {
        if (account.isEmpty()) return client;
        var all = client.resource(ServiceAccounts.DEFINITION).inNamespace(NAMESPACE);
        try {
            if (all.find(account).isEmpty())
                all.create(ServiceAccount.EMPTY.withMetadata(
                        ServiceAccount.EMPTY.metadata().withName(account).withNamespace(NAMESPACE)));
        } catch (ApiException refused) {
            // The account is there for people to see who writes, and to bind; the controller works without.
            LOG.log(System.Logger.Level.DEBUG, () -> account + ": " + refused.getMessage());
        }
        return accounts.apply(account);
    }

    private synchronized List<ControllerRunner<?>> runners() {
        return List.copyOf(runners);
    }

    @Override
    public synchronized void close() {
        if (thread != null) thread.interrupt();
        runners.forEach(ControllerRunner::close);
        planThreads.close();
        informers.close();
    }
}
