package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `certificate approve` and `certificate deny`: what becomes of a request for a certificate.
///
/// @param approves approve, or deny
record Certificate(boolean approves) implements Command {
    static Command command() {
        return new Command.Group(
                "certificate", "Modify certificate resources", List.of(new Certificate(true), new Certificate(false)));
    }

    @Override
    public String name() {
        return approves ? "approve" : "deny";
    }

    @Override
    public String summary() {
        return (approves ? "Approve" : "Deny") + " a certificate signing request";
    }

    @Override
    public String usage() {
        return "kubectl certificate " + name() + " (-f FILE | NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files().output().bool("force");
    }

    @Override
    public void run(Session session) {
        List<String> names = session.flags().arguments();
        if (names.isEmpty() && !Manifests.named(session.flags()))
            throw Failure.error("one or more CSRs must be specified as <name> or -f <filename>");
        var words = new ArrayList<String>(names);
        if (!names.isEmpty()) words.addFirst("certificatesigningrequests");
        String type = approves ? "Approved" : "Denied";
        var results = new Results(session, approves ? "approved" : "denied");
        Selection.each(session, Selection.Rules.NAMED, words, found -> {
            ObjectTree object = found.object();
            ListTree conditions = object.object("status").list("conditions");
            boolean there = conditions.stream()
                    .anyMatch(each -> each.object().text("type").equals(type));
            if (!there || session.flags().isSet("force")) {
                var kept = new ArrayList<Tree>(conditions.items());
                kept.removeIf(each -> each.object().text("type").equals(type));
                kept.add(ObjectTree.of(
                        "type",
                        type,
                        "status",
                        "True",
                        "reason",
                        approves ? "KubectlApprove" : "KubectlDeny",
                        "message",
                        "This CSR was " + (approves ? "approved" : "denied") + " by kubectl certificate " + name()
                                + ".",
                        "lastUpdateTime",
                        session.clock()
                                .now()
                                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                .toString()));
                object = found.resource(session)
                        .updateSubresource(
                                found.name(), "approval", object.withAt(new ListTree(kept), "status", "conditions"));
            }
            results.say(object);
        });
    }
}
