package io.amphora.kubectl.describe;

import io.amphora.api.ApiException;
import io.amphora.api.HumanDuration;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a describer sees of the cluster besides the object.
final class Look {
    private final Session session;

    Look(Session session) {
        this.session = session;
    }

    Instant now() {
        return session.clock().now();
    }

    String since(String time) {
        return time.isEmpty() ? "<unknown>" : HumanDuration.of(Duration.between(Instant.parse(time), now()));
    }

    boolean showsEvents() {
        return session.flags().isUnlessDenied("show-events");
    }

    List<ObjectTree> list(String kind, String namespace, ListOptions options) {
        try {
            return session.resource(session.kinds().named(kind), namespace).listAll(options).items().stream()
                    .map(each -> each.tree())
                    .toList();
        } catch (ApiException refused) {
            return List.of();
        }
    }

    List<ObjectTree> list(String kind, String namespace) {
        return list(kind, namespace, ListOptions.ALL);
    }

    Optional<ObjectTree> find(String kind, String namespace, String name) {
        try {
            return session.resource(session.kinds().named(kind), namespace)
                    .find(name)
                    .map(each -> each.tree());
        } catch (ApiException refused) {
            return Optional.empty();
        }
    }

    /// Objects that a controller made by its selector.
    List<ObjectTree> owned(String kind, Found owner, Tree selector) {
        String uid = owner.object().object("metadata").text("uid");
        var options = ListOptions.ALL.withLabels(LabelSelector.of(selector).toString());
        return list(kind, owner.namespace(), options).stream()
                .filter(each -> each.object("metadata").list("ownerReferences").stream()
                        .anyMatch(reference -> reference.object().bool("controller")
                                && reference.object().text("uid").equals(uid)))
                .toList();
    }

    /// `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`.
    String podsStatus(List<ObjectTree> pods) {
        return count(pods, "Running") + " Running / " + count(pods, "Pending") + " Waiting / "
                + count(pods, "Succeeded") + " Succeeded / " + count(pods, "Failed") + " Failed";
    }

    private static long count(List<ObjectTree> pods, String phase) {
        return pods.stream()
                .filter(pod -> pod.object("status").text("phase").equals(phase))
                .count();
    }

    void events(Found found, Page page) {
        ObjectTree metadata = found.object().object("metadata");
        events(
                found.namespace().isEmpty() ? "default" : found.namespace(),
                "involvedObject.name=" + metadata.text("name") + ",involvedObject.kind="
                        + found.kind().gvk().kind() + ",involvedObject.uid=" + metadata.text("uid")
                        + (found.namespace().isEmpty() ? "" : ",involvedObject.namespace=" + found.namespace()),
                page);
    }

    /// Events of cluster-wide objects lie in any namespace.
    void events(String namespace, String selector, Page page) {
        if (!showsEvents()) return;
        List<ObjectTree> events = list("events.v1.", namespace, ListOptions.ALL.withFields(selector)).stream()
                .sorted(java.util.Comparator.comparing(Look::at))
                .toList();
        if (events.isEmpty()) {
            page.field("Events", "<none>");
            return;
        }
        page.flush().line("Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------");
        for (ObjectTree event : events) {
            String component = event.object("source").text("component");
            page.line(
                    1,
                    event.text("type") + "\t" + event.text("reason") + "\t" + age(event) + "\t"
                            + (component.isEmpty() ? event.text("reportingComponent") : component) + "\t"
                            + event.text("message").strip().replace("\n", " "));
        }
    }

    private static String at(ObjectTree event) {
        String last = event.text("lastTimestamp");
        return last.isEmpty() ? event.text("eventTime") : last;
    }

    String age(ObjectTree event) {
        String first = event.text("firstTimestamp").isEmpty() ? event.text("eventTime") : event.text("firstTimestamp");
        String last = event.text("lastTimestamp").isEmpty() ? first : event.text("lastTimestamp");
        ObjectTree series = event.object("series");
        if (!series.isEmpty())
            return since(series.text("lastObservedTime")) + " (x" + series.whole("count") + " over " + since(first)
                    + ")";
        if (event.whole("count") > 1) return since(last) + " (x" + event.whole("count") + " over " + since(first) + ")";
        return since(first);
    }

    /// `ReplicaSet/web-1`, "" for what no controller made.
    static String controller(ObjectTree object) {
        for (Tree each : object.object("metadata").list("ownerReferences")) {
            ObjectTree owner = each.object();
            if (owner.bool("controller")) return owner.text("kind") + "/" + owner.text("name");
        }
        return "";
    }
}
