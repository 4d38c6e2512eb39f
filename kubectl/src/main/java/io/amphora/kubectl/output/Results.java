package io.amphora.kubectl.output;

import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;

/// Says what became of an object: `deployment.apps/web scaled`, or the object as `-o` asks.
public final class Results {
    private final Session session;
    private final String operation;
    private final Printer printer;

    /// @param operation such as `created`
    public Results(Session session, String operation) {
        this.session = session;
        this.operation = operation;
        this.printer =
                session.flags().text("output").isEmpty() ? Printer.NOTHING : Printer.of(session, Printer.OBJECTS);
    }

    public void say(ObjectTree object) {
        say(object, operation);
    }

    public void say(ObjectTree object, String operation) {
        if (printer == Printer.NOTHING)
            session.print(KindTable.name(object) + " " + operation
                    + DryRun.of(session.flags()).suffix());
        else printer.print(object);
    }
}
