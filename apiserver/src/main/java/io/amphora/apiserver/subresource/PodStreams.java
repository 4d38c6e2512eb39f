package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Query;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// `pods/log`, `pods/exec`, `pods/attach`, `pods/portforward`: what only the kubelet of the Pod's node can do.
public final class PodStreams {
    private static final GroupVersionKind LOG_OPTIONS = new GroupVersionKind("", "v1", "PodLogOptions");
    private static final List<String> LOG_PARAMETERS = List.of(
            "follow", "previous", "sinceSeconds", "sinceTime", "timestamps", "tailLines", "limitBytes", "stream");
    /// What we call them, and what kubelets do.
    private static final Map<String, String> STREAMS =
            Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");

    private final ClusterState state;
    private final Authorization authorization;
    private final Kubelets kubelets;
    private final PassThrough passing;
    private final StreamTranslation translation;

    public PodStreams(ClusterState state, Authorization authorization, Kubelets kubelets, PassThrough passing) {
        this.state = state;
        this.authorization = authorization;
        this.kubelets = kubelets;
        this.passing = passing;
        this.translation = new StreamTranslation(passing);
    }

    public Map<String, Endpoint> logs() {
        return Map.of("pods/log", (call, kind) -> log(call));
    }

    /// What leads into a Pod, by the name of the subresource with its resource.
    public Map<String, Endpoint> connections() {
        return Map.of(
                "pods/exec", (call, kind) -> run(call, "exec"),
                "pods/attach", (call, kind) -> run(call, "attach"),
                "pods/portforward", (call, kind) -> portForward(call));
    }

    private Reply log(Call call) {
        if (!call.info().verb().equals("get")) throw Refusals.methodNotAllowed();
        Pod pod = pod(call);
        validateLog(call);
        String container = container(call, pod);
        if (pod.spec().nodeName().isEmpty()) return new Reply.Bytes(204, "", new byte[0]);
        var query = new LinkedHashMap<String, List<String>>();
        for (String name : LOG_PARAMETERS)
            if (call.request().query().containsKey(name)) query.put(name, List.of(call.parameter(name)));
        String url = url(pod, "containerLogs", container, query);
        return passing.by(
                url,
                Unreachable.KUBELET,
                (exchange, client, behind) -> PodLog.carry(exchange, client, url, call.name(), behind));
    }

    private static void validateLog(Call call) {
        var errors = new FieldErrors();
        require(call, "tailLines", 0, "must be greater than or equal to 0", errors);
        require(call, "limitBytes", 1, "must be greater than 0", errors);
        if (call.request().query().containsKey("sinceSeconds")
                && call.request().query().containsKey("sinceTime"))
            errors.forbidden(FieldPath.of("[]"), "at most one of `sinceTime` or `sinceSeconds` may be specified");
        else require(call, "sinceSeconds", 1, "must be greater than 0", errors);
        if (!errors.isEmpty()) throw ApiException.invalid(LOG_OPTIONS, call.name(), errors.list());
    }

    private static void require(Call call, String name, long least, String why, FieldErrors errors) {
        OptionalLong value = Query.findWhole(call.request(), name);
        if (value.isPresent() && value.getAsLong() < least) errors.invalid(FieldPath.of(name), value.getAsLong(), why);
    }

    private Reply run(Call call, String what) {
        requireStreaming(call);
        Pod pod = pod(call);
        String container = container(call, pod);
        requireNode(pod);
        var query = new LinkedHashMap<String, List<String>>();
        STREAMS.forEach((ours, theirs) -> {
            if (Query.isTrue(call.request(), ours)) query.put(theirs, List.of("1"));
        });
        List<String> command = call.request().query().getOrDefault("command", List.of());
        if (what.equals("exec") && !command.isEmpty()) query.put("command", command);
        String url = url(pod, what, container, query);
        requireUpgrade(call);
        return translation.channels(url, query.keySet());
    }

    private Reply portForward(Call call) {
        requireStreaming(call);
        Pod pod = pod(call);
        requireNode(pod);
        var query = new LinkedHashMap<String, List<String>>();
        List<String> ports = call.request().query().getOrDefault("ports", List.of());
        if (!ports.isEmpty()) query.put("port", ports);
        String url = url(pod, "portForward", "", query);
        requireUpgrade(call);
        return translation.tunnel(url);
    }

    /// WebSockets are opened by GET, which must not make a reader into somebody who runs commands.
    private void requireStreaming(Call call) {
        if (!List.of("get", "create").contains(call.info().verb())) throw Refusals.methodNotAllowed();
        authorization.require(call, "create");
    }

    private Pod pod(Call call) {
        return Pod.of(state.now()
                .find(Pods.DEFINITION, call.namespace(), call.name())
                .orElseThrow(() -> ApiException.notFound(Pods.DEFINITION, call.name()))
                .tree());
    }

    private static void requireNode(Pod pod) {
        if (pod.spec().nodeName().isEmpty())
            throw ApiException.badRequest("pod " + pod.name() + " does not have a host assigned");
    }

    private static void requireUpgrade(Call call) {
        if (!call.asksForUpgrade()) throw ApiException.badRequest("Upgrade request required");
    }

    /// The container that is meant: the one that is named, or the only one.
    private static String container(Call call, Pod pod) {
        List<String> all = containers(pod);
        String asked = call.parameter("container");
        if (asked.isEmpty()) {
            if (all.size() == 1) return all.getFirst();
            throw ApiException.badRequest("a container name must be specified for pod " + pod.name()
                    + ", choose one of: [" + String.join(" ", all) + "]");
        }
        if (!all.contains(asked))
            throw ApiException.badRequest("container " + asked + " is not valid for pod " + pod.name());
        return asked;
    }

    private static List<String> containers(Pod pod) {
        var names = new ArrayList<String>();
        Stream.of("initContainers", "containers", "ephemeralContainers")
                .forEach(list -> pod.tree()
                        .object("spec")
                        .list(list)
                        .forEach(each -> names.add(each.object().text("name"))));
        return names;
    }

    private String url(Pod pod, String what, String container, Map<String, List<String>> query) {
        String path = kubelets.origin(pod.spec().nodeName()).url() + "/" + what + "/" + pod.namespace() + "/"
                + pod.name() + (container.isEmpty() ? "" : "/" + container);
        var pairs = new ArrayList<String>();
        query.forEach((name, values) -> values.forEach(value -> pairs.add(name + "=" + encoded(value))));
        return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
