package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a list or watch asks for (meta/v1 ListOptions), from the query.
///
/// @param limit items at most; 0 for all
/// @param resourceVersion as given; "" for none
/// @param match `Exact`, `NotOlderThan` or ""
/// @param timeout after which a watch ends
/// @param initialEvents whether a watch first tells what is there; empty where nothing was said
public record ListOptions(
        LabelSelector labels,
        FieldSelector fields,
        boolean watch,
        long limit,
        String continueToken,
        String resourceVersion,
        String match,
        Optional<Duration> timeout,
        Optional<Boolean> initialEvents,
        boolean bookmarks) {

    public static ListOptions of(ApiRequest request, boolean watch) {
        long limit = Math.max(0, Query.findWhole(request, "limit").orElse(0));
        var seconds = Query.findWhole(request, "timeoutSeconds");
        var options = new ListOptions(
                labels(request.parameter("labelSelector")),
                fields(request.parameter("fieldSelector")),
                watch,
                limit,
                request.parameter("continue"),
                request.parameter("resourceVersion"),
                request.parameter("resourceVersionMatch"),
                seconds.isPresent() && seconds.getAsLong() > 0
                        ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
                        : Optional.empty(),
                request.query().containsKey("sendInitialEvents")
                        ? Optional.of(Query.isTrue(request, "sendInitialEvents"))
                        : Optional.empty(),
                Query.isTrue(request, "allowWatchBookmarks"));
        options.check();
        return options;
    }

    private static LabelSelector labels(String text) {
        try {
            return LabelSelector.parse(text);
        } catch (SelectorException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    private static FieldSelector fields(String text) {
        try {
            return FieldSelector.parse(text);
        } catch (SelectorException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    private void check() {
        var errors = new FieldErrors();
        FieldPath matchField = FieldPath.of("resourceVersionMatch");
        FieldPath initialField = FieldPath.of("sendInitialEvents");
        if (watch) {
            if (!continueToken.isEmpty() && initialEvents.isEmpty())
                errors.forbidden(matchField, "resourceVersionMatch is forbidden when continue is provided");
            if (!match.isEmpty() && initialEvents.isEmpty())
                errors.forbidden(
                        matchField, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            if (initialEvents.isPresent()) {
                if (!match.equals("NotOlderThan"))
                    errors.forbidden(
                            matchField, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
                if (!match.isEmpty() && !match.equals("NotOlderThan"))
                    errors.notSupported(matchField, match, List.of("NotOlderThan"));
                if (!continueToken.isEmpty())
                    errors.forbidden(FieldPath.of("continue"), "sendInitialEvents and continue are mutually exclusive");
            }
        } else {
            if (!match.isEmpty()) {
                if (resourceVersion.isEmpty())
                    errors.forbidden(
                            matchField, "resourceVersionMatch is forbidden unless resourceVersion is provided");
                if (!continueToken.isEmpty())
                    errors.forbidden(matchField, "resourceVersionMatch is forbidden when continue is provided");
                if (!match.equals("Exact") && !match.equals("NotOlderThan"))
                    errors.notSupported(matchField, match, List.of("Exact", "NotOlderThan", ""));
                if (match.equals("Exact") && resourceVersion.equals("0"))
                    errors.forbidden(
                            matchField, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            }
            if (initialEvents.isPresent()) errors.forbidden(initialField, "sendInitialEvents is forbidden for list");
        }
        if (!errors.isEmpty()) throw ApiException.invalid(WriteOptions.metaKind("ListOptions"), "", errors.list());
    }
}
