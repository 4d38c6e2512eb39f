package io.amphora.kubectl.command;

import io.amphora.api.transport.ApiRequest;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Map;
import java.util.stream.Collectors;

/// `auth whoami`: who the server takes the user for.
final class AuthWhoAmI implements Command {
    @Override
    public String name() {
        return "whoami";
    }

    @Override
    public String summary() {
        return "Experimental: Check self subject attributes";
    }

    @Override
    public String usage() {
        return "kubectl auth whoami [-o json|yaml]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output();
    }

    @Override
    public void run(Session session) {
        Printer printer =
                session.flags().text("output").isEmpty() ? Printer.NOTHING : Printer.of(session, Printer.OBJECTS);
        ObjectTree review = session.client()
                .call(
                        "POST",
                        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                        Map.of(),
                        new ApiRequest.Body.Value(
                                "application/json",
                                ObjectTree.of("apiVersion", "authentication.k8s.io/v1", "kind", "SelfSubjectReview")));
        if (printer != Printer.NOTHING) {
            printer.print(review);
            return;
        }
        ObjectTree user = review.object("status").object("userInfo");
        var table = new Table("ATTRIBUTE", "VALUE");
        if (!user.text("username").isEmpty()) table.add("Username", user.text("username"));
        if (!user.text("uid").isEmpty()) table.add("UID", user.text("uid"));
        if (!user.list("groups").isEmpty()) table.add("Groups", list(user.list("groups")));
        for (var extra : user.object("extra"))
            table.add("Extra: " + extra.getKey(), list(extra.getValue().list()));
        table.lines().forEach(session::print);
    }

    private static String list(ListTree list) {
        return "[" + list.stream().map(each -> String.valueOf(each.text())).collect(Collectors.joining(" ")) + "]";
    }
}
