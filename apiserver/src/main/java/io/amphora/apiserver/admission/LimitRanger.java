package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.LimitRange;
import io.amphora.api.core.v1.LimitRangeItem;
import io.amphora.api.core.v1.LimitRanges;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Gives containers the requests and limits that a namespace's LimitRanges have by default, and refuses Pods
/// and claims that go beyond what they allow.
public final class LimitRanger implements AdmissionPlugin {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    @Override
    public String name() {
        return "LimitRanger";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE)) return object;
        ObjectTree pod = object;
        for (LimitRange range : ranges(request)) pod = withDefaults(pod, range);
        return pod;
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean pod = request.is("", "Pod", Operation.CREATE);
        boolean claim = request.is("", "PersistentVolumeClaim", Operation.CREATE, Operation.UPDATE);
        if (!pod && !claim) return;
        for (LimitRange range : ranges(request)) {
            var problems = new ArrayList<String>();
            for (LimitRangeItem item : range.spec().limits()) {
                if (claim && item.type().equals("PersistentVolumeClaim")) {
                    Map<String, Quantity> asked =
                            quantities(object.object("spec").object("resources").object("requests"));
                    check(item, asked, Map.of(), problems, true);
                }
                if (pod) checkPod(item, object.object("spec"), problems);
            }
            if (!problems.isEmpty())
                throw ApiException.forbidden(
                        request.resource(),
                        request.name(),
                        problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]");
        }
    }

    private static List<LimitRange> ranges(AdmissionRequest request) {
        return request.cluster().list(LimitRanges.DEFINITION, request.namespace()).stream()
                .map(entry -> LimitRange.of(entry.value().tree()))
                .toList();
    }

    private static ObjectTree withDefaults(ObjectTree pod, LimitRange range) {
        var requests = new LinkedHashMap<String, Tree>();
        var limits = new LinkedHashMap<String, Tree>();
        for (LimitRangeItem item : range.spec().limits()) {
            if (!item.type().equals("Container")) continue;
            item.tree().object("defaultRequest").forEach(pair -> requests.put(pair.getKey(), pair.getValue()));
            item.tree().object("default").forEach(pair -> limits.put(pair.getKey(), pair.getValue()));
        }
        if (requests.isEmpty() && limits.isEmpty()) return pod;
        var said = new ArrayList<String>();
        ObjectTree spec = pod.object("spec")
                .change(
                        "containers",
                        list -> list.list().map(each -> fill(each.object(), "container", requests, limits, said)))
                .change(
                        "initContainers",
                        list -> list.list().map(each -> fill(each.object(), "init container", requests, limits, said)));
        if (said.isEmpty()) return pod;
        return pod.with("spec", spec)
                .withAt(
                        Tree.of("LimitRanger plugin set: " + String.join("; ", said)),
                        "metadata",
                        "annotations",
                        ANNOTATION);
    }

    private static ObjectTree fill(
            ObjectTree container,
            String what,
            Map<String, Tree> requests,
            Map<String, Tree> limits,
            List<String> said) {
        ObjectTree filled = container;
        for (String kind : List.of("requests", "limits")) {
            var set = new ArrayList<String>();
            for (var each : (kind.equals("requests") ? requests : limits).entrySet()) {
                if (filled.object("resources").object(kind).has(each.getKey())) continue;
                filled = filled.withAt(each.getValue(), "resources", kind, each.getKey());
                set.add(each.getKey());
            }
            set.sort(null);
            if (!set.isEmpty())
                said.add(String.join(", ", set) + " " + kind.substring(0, kind.length() - 1) + " for " + what + " "
                        + container.text("name"));
        }
        return filled;
    }

    private static void checkPod(LimitRangeItem item, ObjectTree spec, List<String> problems) {
        if (item.type().equals("Container")) {
            for (String field : List.of("containers", "initContainers"))
                for (Tree container : spec.list(field))
                    checkOne(item, container.object().object("resources"), problems);
        } else if (item.type().equals("Pod")) {
            check(item, sum(spec, "requests"), sum(spec, "limits"), problems, false);
        }
    }

    private static void checkOne(LimitRangeItem item, ObjectTree resources, List<String> problems) {
        check(item, quantities(resources.object("requests")), quantities(resources.object("limits")), problems, false);
    }

    private static void check(
            LimitRangeItem item,
            Map<String, Quantity> requests,
            Map<String, Quantity> limits,
            List<String> problems,
            boolean requestsOnly) {
        String per = " usage per " + item.type() + " is ";
        item.min().forEach((name, text) -> {
            Quantity least = Quantity.parse(text);
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            if (request == null) problems.add("minimum " + name + per + text + ".  No request is specified");
            else if (request.compareTo(least) < 0)
                problems.add("minimum " + name + per + text + ", but request is " + request);
            else if (limit != null && limit.compareTo(least) < 0)
                problems.add("minimum " + name + per + text + ", but limit is " + limit);
        });
        item.max().forEach((name, text) -> {
            Quantity most = Quantity.parse(text);
            Quantity limit = requestsOnly ? requests.get(name) : limits.get(name);
            Quantity request = requests.get(name);
            if (limit == null) problems.add("maximum " + name + per + text + ".  No limit is specified");
            else if (limit.compareTo(most) > 0)
                problems.add("maximum " + name + per + text + ", but " + (requestsOnly ? "request" : "limit") + " is "
                        + limit);
            else if (!requestsOnly && request != null && request.compareTo(most) > 0)
                problems.add("maximum " + name + per + text + ", but request is " + request);
        });
        item.maxLimitRequestRatio().forEach((name, text) -> {
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            String what = name + " max limit to request ratio per " + item.type() + " is " + text;
            if (request == null || limit == null || request.milliValue() == 0)
                problems.add(what + ", but no request is specified or request is 0");
            else if ((double) limit.milliValue() / request.milliValue()
                    > Quantity.parse(text).milliValue() / 1000.0)
                problems.add(String.format(
                        Locale.ROOT,
                        "%s, but provided ratio is %f",
                        what,
                        (double) limit.milliValue() / request.milliValue()));
        });
    }

    /// What the Pod's containers ask for together; of init containers, the largest counts. A resource that one
    /// of them leaves out has no sum for limits.
    private static Map<String, Quantity> sum(ObjectTree spec, String kind) {
        var sum = new TreeMap<String, Quantity>();
        for (Tree container : spec.list("containers"))
            quantities(container.object().object("resources").object(kind))
                    .forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
        for (Tree container : spec.list("initContainers"))
            quantities(container.object().object("resources").object(kind))
                    .forEach((name, amount) ->
                            sum.merge(name, amount, (left, right) -> left.compareTo(right) >= 0 ? left : right));
        return sum;
    }

    private static Map<String, Quantity> quantities(ObjectTree tree) {
        var quantities = new TreeMap<String, Quantity>();
        for (var pair : tree)
            quantities.put(
                    pair.getKey(),
                    Quantity.parse(
                            pair.getValue() instanceof Tree.Text(var text)
                                    ? text
                                    : pair.getValue().toString()));
        return quantities;
    }
}
