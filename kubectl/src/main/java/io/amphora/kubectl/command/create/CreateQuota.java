package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create quota`
final class CreateQuota extends Creator {
    CreateQuota() {
        super(
                "quota",
                "Create a quota with the specified name",
                "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]");
    }

    @Override
    public List<String> aliases() {
        return List.of("resourcequota");
    }

    @Override
    String failing() {
        return "failed to create quota: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("hard", "scopes");
    }

    @Override
    ObjectTree object(Session session, String name) {
        ObjectTree spec = ObjectTree.EMPTY;
        String hard = session.flags().text("hard");
        if (!hard.isEmpty()) {
            ObjectTree amounts = ObjectTree.EMPTY;
            for (String pair : hard.split(",")) {
                String[] parts = pair.split("=", -1);
                if (parts.length != 2)
                    throw Failure.error("invalid argument syntax " + pair + ", expected <resource>=<value>");
                try {
                    amounts = amounts.with(parts[0], Quantity.parse(parts[1]).toString());
                } catch (io.amphora.machinery.quantity.QuantityFormatException wrong) {
                    throw Failure.error(String.valueOf(wrong.getMessage()));
                }
            }
            spec = spec.with("hard", amounts);
        }
        String scopes = session.flags().text("scopes");
        if (!scopes.isEmpty()) spec = spec.with("scopes", Objects.texts(List.of(scopes.split(","))));
        return Objects.of("v1", "ResourceQuota", name).with("spec", spec).with("status", ObjectTree.EMPTY);
    }
}
