package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.client.Client;
import io.amphora.client.EventRecorder;
import io.amphora.client.ListOptions;
import io.amphora.client.Page;
import io.amphora.client.Resource;
import io.amphora.client.Target;
import io.amphora.client.WriteOptions;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out one plan, once: the only place where controllers touch the server.
final class PlanExecution {
    private final Client client;
    private final EventRecorder events;
    private final Planner planner;
    private final List<OwnWrite> writes = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Instant> notes = new HashMap<>();
    private @Nullable Instant lookAgain;
    private @Nullable ApiException failure;

    /// Where plans are computed.
    interface Planner {
        Plan compute(Supplier<Plan> plan) throws InterruptedException;
    }

    PlanExecution(Client client, EventRecorder events, Planner planner) {
        this.client = client;
        this.events = events;
        this.planner = planner;
    }

    void run(Supplier<Plan> planned) throws InterruptedException {
        Plan plan = planner.compute(planned);
        if (plan.lookAgain() != null && (lookAgain == null || plan.lookAgain().isBefore(lookAgain)))
            lookAgain = plan.lookAgain();
        notes.putAll(plan.notes());
        List<Outcome> outcomes = switch (plan.order()) {
            case IN_TURN -> inTurn(plan.actions());
            case TOGETHER -> together(plan.actions());
            case DOUBLING -> doubling(plan.actions());
        };
        for (Outcome outcome : outcomes)
            if (isFailure(outcome)) failure = outcome.findFailure().orElseThrow();
        var then = plan.then();
        if (then != null) run(() -> then.apply(outcomes));
    }

    /// What was written, to be waited for.
    List<OwnWrite> writes() {
        return List.copyOf(writes);
    }

    @Nullable
    Instant lookAgain() {
        return lookAgain;
    }

    Map<String, Instant> notes() {
        return Map.copyOf(notes);
    }

    /// The last thing that went wrong and is worth another try.
    @Nullable
    ApiException failure() {
        return failure;
    }

    private List<Outcome> inTurn(List<Action> actions) {
        var outcomes = new ArrayList<Outcome>();
        for (Action action : actions) {
            Outcome outcome = run(action);
            outcomes.add(outcome);
            if (isFailure(outcome)) break;
        }
        return outcomes;
    }

    private List<Outcome> together(List<Action> actions) throws InterruptedException {
        if (actions.size() == 1) return List.of(run(actions.getFirst()));
        var outcomes = new Outcome[actions.size()];
        var running = new CountDownLatch(actions.size());
        for (int i = 0; i < outcomes.length; i++) {
            int each = i;
            Thread.ofVirtual().start(() -> {
                try {
                    outcomes[each] = run(actions.get(each));
                } finally {
                    running.countDown();
                }
            });
        }
        running.await();
        return List.of(outcomes);
    }

    private List<Outcome> doubling(List<Action> actions) throws InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        for (int from = 0, size = 1; from < actions.size(); from += size, size *= 2) {
            outcomes.addAll(together(actions.subList(from, Math.min(actions.size(), from + size))));
            if (outcomes.stream().anyMatch(PlanExecution::isFailure)) break;
        }
        return outcomes;
    }

    private Outcome run(Action action) {
        try {
            return new Outcome.Done(action, act(action));
        } catch (ApiException refused) {
            return new Outcome.Failed(action, refused);
        } catch (RuntimeException bug) {
            return new Outcome.Failed(action, ApiException.internal(String.valueOf(bug)));
        }
    }

    private ObjectTree act(Action action) {
        return switch (action) {
            case Action.Create(Target<?> target, ApiObject object) -> wrote(target, create(target, object));
            case Action.Update(Target<?> target, ApiObject object, String subresource) ->
                wrote(target, update(target, object, subresource));
            case Action.Patch patch ->
                wrote(
                        patch.target(),
                        in(patch.target(), patch.namespace())
                                .patch(
                                        patch.name(),
                                        patch.type(),
                                        patch.patch(),
                                        WriteOptions.PLAIN,
                                        patch.subresource())
                                .tree());
            case Action.Delete delete -> {
                ObjectTree answer = in(delete.target(), delete.namespace()).delete(delete.name(), delete.options());
                writes.add(OwnWrite.deleted(delete));
                yield answer;
            }
            case Action.DeleteCollection(Target<?> target, String namespace) -> {
                in(target, namespace).deleteCollection(io.amphora.client.DeleteOptions.background(), ListOptions.ALL);
                yield ObjectTree.EMPTY;
            }
            case Action.Post post ->
                in(post.target(), post.namespace()).createSubresource(post.name(), post.subresource(), post.body());
            case Action.Read read ->
                read.subresource().isEmpty()
                        ? in(read.target(), read.namespace()).get(read.name()).tree()
                        : in(read.target(), read.namespace()).getSubresource(read.name(), read.subresource(), Map.of());
            case Action.ReadAll read -> list(in(read.target(), read.namespace()).listAll(read.which()));
            case Action.Event event -> {
                events.event(event.regarding(), event.type(), event.reason(), event.message());
                yield ObjectTree.EMPTY;
            }
        };
    }

    private ObjectTree wrote(Target<?> target, ObjectTree written) {
        writes.add(OwnWrite.written(target, written));
        return written;
    }

    private Resource<?> in(Target<?> target, String namespace) {
        return client.resource(target).inNamespace(namespace);
    }

    @SuppressWarnings("unchecked") // actions pair a target with an object of its type
    private <T extends ApiObject> ObjectTree create(Target<T> target, ApiObject object) {
        return client.resource(target).create((T) object).tree();
    }

    @SuppressWarnings("unchecked") // actions pair a target with an object of its type
    private <T extends ApiObject> ObjectTree update(Target<T> target, ApiObject object, String subresource) {
        return client.resource(target)
                .update((T) object, subresource, WriteOptions.PLAIN)
                .tree();
    }

    private static ObjectTree list(Page<?> page) {
        var items = new ArrayList<ObjectTree>();
        for (Object item : page.items()) items.add(((ApiObject) item).tree());
        return ObjectTree.of(
                "metadata", ObjectTree.of("resourceVersion", page.resourceVersion()), "items", ListTree.from(items));
    }

    /// What is gone needs no deleting, what cannot be found is an answer, and what cannot be
    /// created because its namespace is going will never be.
    static boolean isFailure(Outcome outcome) {
        if (!(outcome instanceof Outcome.Failed(Action action, ApiException why))) return false;
        return switch (action) {
            case Action.Delete ignored -> why.code() != 404;
            case Action.Read ignored -> why.code() != 404;
            case Action.Create ignored -> !isNamespaceTerminating(why);
            default -> true;
        };
    }

    static boolean isNamespaceTerminating(ApiException why) {
        return why.code() == 403
                && why.status().object("details").list("causes").stream()
                        .anyMatch(cause -> cause.object().text("reason").equals("NamespaceTerminating"));
    }
}
