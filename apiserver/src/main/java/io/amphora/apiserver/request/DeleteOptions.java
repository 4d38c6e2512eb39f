package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How something is to be deleted (meta/v1 DeleteOptions), from the body, or where there is none, from the
/// query.
///
/// @param graceSeconds that the object may take; a negative number means one second
/// @param policy what becomes of dependents: `Foreground`, `Background`, `Orphan`; "" for the kind's own way
/// @param orphanDependents the older way to say it; null for none
/// @param uid that the object must have; "" for any
/// @param resourceVersion likewise
public record DeleteOptions(
        OptionalLong graceSeconds,
        String policy,
        @Nullable Boolean orphanDependents,
        String uid,
        String resourceVersion,
        boolean dryRun) {

    public static final DeleteOptions NONE = new DeleteOptions(OptionalLong.empty(), "", null, "", "", false);

    public DeleteOptions dry() {
        return new DeleteOptions(graceSeconds, policy, orphanDependents, uid, resourceVersion, true);
    }

    /// @param body the DeleteOptions that were sent; null for an empty body
    public static DeleteOptions of(ApiRequest request, @Nullable ObjectTree body) {
        return checked(body == null ? ofQuery(request) : body);
    }

    private static ObjectTree ofQuery(ApiRequest request) {
        var options = ObjectTree.builder();
        Query.findWhole(request, "gracePeriodSeconds").ifPresent(seconds -> options.put("gracePeriodSeconds", seconds));
        if (!request.parameter("propagationPolicy").isEmpty())
            options.put("propagationPolicy", request.parameter("propagationPolicy"));
        if (request.query().containsKey("orphanDependents"))
            options.put("orphanDependents", Query.isTrue(request, "orphanDependents"));
        if (request.query().containsKey("dryRun"))
            options.put(
                    "dryRun",
                    ListTree.from(Objects.requireNonNull(request.query().get("dryRun"))));
        return options.build();
    }

    private static DeleteOptions checked(ObjectTree options) {
        var errors = new FieldErrors();
        String policy = options.text("propagationPolicy");
        Boolean orphan = options.find("orphanDependents") instanceof Tree.Bool(var value) ? value : null;
        if (orphan != null && !policy.isEmpty())
            errors.invalid(
                    FieldPath.of("propagationPolicy"),
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set");
        if (!policy.isEmpty() && !List.of("Foreground", "Background", "Orphan").contains(policy))
            errors.notSupported(
                    FieldPath.of("propagationPolicy"), policy, List.of("Foreground", "Background", "Orphan", "nil"));
        boolean dryRun = WriteOptions.dryRun(
                options.list("dryRun").stream()
                        .map(each -> Objects.requireNonNullElse(each.text(), ""))
                        .toList(),
                errors);
        if (!errors.isEmpty()) throw ApiException.invalid(WriteOptions.metaKind("DeleteOptions"), "", errors.list());
        return new DeleteOptions(
                options.find("gracePeriodSeconds") instanceof Tree.Whole(var seconds)
                        ? OptionalLong.of(seconds)
                        : OptionalLong.empty(),
                policy,
                orphan,
                options.object("preconditions").text("uid"),
                options.object("preconditions").text("resourceVersion"),
                dryRun);
    }

    /// As admission plugins and webhooks are shown them.
    public ObjectTree tree() {
        var tree = ObjectTree.builder().put("apiVersion", "meta.k8s.io/v1").put("kind", "DeleteOptions");
        graceSeconds.ifPresent(seconds -> tree.put("gracePeriodSeconds", seconds));
        if (!policy.isEmpty()) tree.put("propagationPolicy", policy);
        if (dryRun) tree.put("dryRun", ListTree.from(List.of("All")));
        return tree.build();
    }
}
