package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.schema.Schemas;
import io.amphora.apiserver.admission.PodTopologyLabels;
import io.amphora.apiserver.registry.Change;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.registry.Write;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// `pods/binding`, and `bindings`: puts a Pod on a node, once.
public record Bindings(WritePath writes, EndpointAdmission admission, Bodies bodies) implements Endpoint {
    private static final GroupVersionKind BINDING = new GroupVersionKind("", "v1", "Binding");

    @Override
    public Reply answer(Call call, ResourceDefinition<?> kind) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        WriteOptions options = WriteOptions.create(call.request());
        ObjectTree sent = bodies.object(call, BINDING, Schemas.of(BINDING), options.validation());
        String name = sent.object("metadata").text("name");
        if (!call.name().isEmpty() && !name.equals(call.name()))
            throw ApiException.badRequest("name in URL does not match name in Binding object");
        validate(sent.object("target"));
        ObjectTree binding = admission.create(call, kind, options, sent);
        writes.change(call.withName(name).withSubresource("binding"), Pods.DEFINITION, options, new Bind(binding));
        return Statuses.created();
    }

    private static void validate(ObjectTree target) {
        var errors = new FieldErrors();
        String kind = target.text("kind");
        if (!kind.isEmpty() && !kind.equals("Node"))
            errors.notSupported(FieldPath.of("target").child("kind"), kind, List.of("Node", "<empty>"));
        if (target.text("name").isEmpty())
            errors.required(FieldPath.of("target").child("name"), "");
        if (errors.isEmpty()) return;
        List<String> texts = errors.list().stream().map(Object::toString).toList();
        throw Statuses.unclassified(
                texts.size() == 1 ? texts.getFirst() : texts.stream().collect(Collectors.joining(", ", "[", "]")));
    }

    private record Bind(ObjectTree binding) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree pod, Instant now) {
            requireUid(write, binding.object("metadata").text("uid"), pod);
            String name = write.name();
            ObjectTree spec = pod.object("spec");
            if (pod.object("metadata").has("deletionTimestamp"))
                throw refused(name, "pod " + name + " is being deleted, cannot be assigned to a host");
            if (!spec.text("nodeName").isEmpty())
                throw refused(name, "pod " + name + " is already assigned to node \"" + spec.text("nodeName") + "\"");
            if (!spec.list("schedulingGates").isEmpty())
                throw refused(name, "pod " + name + " has non-empty .spec.schedulingGates");
            ObjectTree bound = pod.with(
                    "spec", spec.with("nodeName", binding.object("target").get("name")));
            ObjectTree merged =
                    merged(merged(bound, "annotations", any -> true), "labels", PodTopologyLabels.LABELS::contains);
            return PodConditions.set(withoutPromise(merged), "PodScheduled", "", "", now);
        }

        /// Where a Pod is makes it idle where it was to be.
        private static ObjectTree withoutPromise(ObjectTree pod) {
            ObjectTree status = pod.object("status");
            return status.has("nominatedNodeName") ? pod.with("status", status.without("nominatedNodeName")) : pod;
        }

        /// Of labels only those that say where the node is; others a binding keeps for itself.
        private ObjectTree merged(ObjectTree pod, String field, Predicate<String> handedOver) {
            ObjectTree all = pod.object("metadata").object(field);
            ObjectTree more = binding.object("metadata").object(field);
            if (more.isEmpty()) return pod;
            for (var each : more) if (handedOver.test(each.getKey())) all = all.with(each.getKey(), each.getValue());
            return all.isEmpty() ? pod : pod.withAt((Tree) all, "metadata", field);
        }

        private static void requireUid(Write write, String asked, ObjectTree pod) {
            String uid = pod.object("metadata").text("uid");
            if (asked.isEmpty() || asked.equals(uid)) return;
            throw Change.otherUid(write, asked, uid);
        }

        private static ApiException refused(String name, String why) {
            return ApiException.of(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on pods/binding \"" + name + "\": " + why,
                    ObjectTree.of("name", name, "kind", "pods/binding"));
        }

        @Override
        public boolean isServers() {
            return true;
        }

        /// A binding is nobody's opinion of a field.
        @Override
        public ObjectTree books(Write write, ObjectTree live, ObjectTree wanted, boolean creation, Instant now) {
            return wanted;
        }
    }
}
