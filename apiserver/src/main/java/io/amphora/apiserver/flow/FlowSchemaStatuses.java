package io.amphora.apiserver.flow;

import io.amphora.api.ApiException;
import io.amphora.api.flowcontrol.v1.FlowSchema;
import io.amphora.api.flowcontrol.v1.FlowSchemaCondition;
import io.amphora.api.flowcontrol.v1.FlowSchemas;
import io.amphora.api.flowcontrol.v1.PriorityLevelConfigurations;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Following;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Says of each flow schema whether the priority level that it names is there.
public final class FlowSchemaStatuses implements AutoCloseable {
    private static final String PATH = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/";

    private static final Map<String, List<String>> MANAGER =
            Map.of("fieldManager", List.of("api-priority-and-fairness-config-consumer-v1"));

    private final ClusterState state;
    private final Transport admin;
    private final Clock clock;
    private final Consumer<Throwable> log;
    private final Following following;
    private volatile boolean closed;

    /// @param admin may do everything
    public FlowSchemaStatuses(ClusterState state, Transport admin, Clock clock, Consumer<Throwable> log) {
        this.state = state;
        this.admin = admin;
        this.clock = clock;
        this.log = log;
        this.following = new Following(
                state, List.of(FlowSchemas.DEFINITION, PriorityLevelConfigurations.DEFINITION), this::look);
    }

    private void look() {
        Snapshot now = state.now();
        for (var entry : now.list(FlowSchemas.DEFINITION, "")) {
            if (closed) return;
            var schema = FlowSchema.of(entry.value().tree());
            said(schema, exists(now, schema), clock.now()).ifPresent(this::write);
        }
    }

    private static boolean exists(Snapshot cluster, FlowSchema schema) {
        String level = schema.spec().priorityLevelConfiguration().name();
        return cluster.find(PriorityLevelConfigurations.DEFINITION, "", level).isPresent();
    }

    /// The schema with its condition; empty when that is there.
    static Optional<FlowSchema> said(FlowSchema schema, boolean exists, Instant now) {
        String level = "This FlowSchema references the PriorityLevelConfiguration object named \""
                + schema.spec().priorityLevelConfiguration().name() + "\" ";
        var condition = FlowSchemaCondition.EMPTY
                .withType("Dangling")
                .withStatus(exists ? "False" : "True")
                .withReason(exists ? "Found" : "NotFound")
                .withMessage(level + (exists ? "and it exists" : "but there is no such object"))
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS));
        var others = new ArrayList<FlowSchemaCondition>();
        for (FlowSchemaCondition old : schema.status().conditions()) {
            if (!old.type().equals("Dangling")) others.add(old);
            else if (old.status().equals(condition.status()) && old.message().equals(condition.message()))
                return Optional.empty();
        }
        others.add(condition);
        return Optional.of(schema.withStatus(schema.status().withConditions(others)));
    }

    private void write(FlowSchema schema) {
        try {
            var body = new ApiRequest.Body.Value("application/json", schema.tree());
            admin.call(new ApiRequest("PUT", PATH + schema.name() + "/status", MANAGER, Map.of(), body));
        } catch (ApiException refused) {
            // A change in between is told as well, and a schema that is gone needs no status.
            if (refused.code() != 409 && refused.code() != 404) log.accept(refused);
        }
    }

    /// Returns when the last write is done.
    @Override
    public void close() {
        closed = true;
        following.close();
    }
}
