package io.amphora.kubectl.command.create;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.command.Command;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create token`: a token of a service account.
final class CreateToken implements Command {
    @Override
    public String name() {
        return "token";
    }

    @Override
    public String summary() {
        return "Request a service account token";
    }

    @Override
    public String usage() {
        return "kubectl create token SERVICE_ACCOUNT_NAME [--duration=D] [--audience=A] [--bound-object-kind=K --bound-object-name=N]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output()
                .list("audience")
                .duration("duration")
                .text("bound-object-kind", "bound-object-name", "bound-object-uid");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.arguments();
        if (words.size() != 1)
            throw Failure.usage(session.command(), "exactly one NAME is required, got " + words.size());
        ObjectTree spec = ObjectTree.EMPTY;
        if (!flags.list("audience").isEmpty()) spec = spec.with("audiences", Objects.texts(flags.list("audience")));
        if (flags.has("duration")) {
            long seconds = Durations.of(flags.text("duration")).toSeconds();
            if (seconds < 0) throw Failure.error("--duration must be greater than or equal to 0");
            if (seconds > 0) spec = spec.with("expirationSeconds", seconds);
        }
        ObjectTree bound = bound(flags);
        if (!bound.isEmpty()) spec = spec.with("boundObjectRef", bound);
        ObjectTree request =
                ObjectTree.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenRequest", "spec", spec);
        try {
            ObjectTree answer = session.resource(session.kinds().named("serviceaccounts"), session.namespace())
                    .createSubresource(words.getFirst(), "token", request);
            if (!flags.text("output").isEmpty())
                Printer.of(session, Printer.OBJECTS).print(answer);
            else session.print(answer.object("status").text("token"));
        } catch (ApiException refused) {
            throw Failure.error("failed to create token: " + refused.getMessage());
        }
    }

    private static ObjectTree bound(Flags flags) {
        String kind = flags.text("bound-object-kind");
        String name = flags.text("bound-object-name");
        String uid = flags.text("bound-object-uid");
        if (kind.isEmpty()) {
            if (!name.isEmpty())
                throw Failure.error("--bound-object-name can only be set if --bound-object-kind is provided");
            if (!uid.isEmpty())
                throw Failure.error("--bound-object-uid can only be set if --bound-object-kind is provided");
            return ObjectTree.EMPTY;
        }
        if (!List.of("Node", "Pod", "Secret").contains(kind))
            throw Failure.error("supported --bound-object-kind values are Node, Pod, Secret");
        if (name.isEmpty()) throw Failure.error("--bound-object-name is required if --bound-object-kind is provided");
        ObjectTree bound = ObjectTree.of("apiVersion", "v1", "kind", kind, "name", name);
        return uid.isEmpty() ? bound : bound.with("uid", uid);
    }
}
