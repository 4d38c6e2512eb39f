package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// A ServiceAccount and its Secrets.
final class ServiceAccounts implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree account = found.object();
        Describer.head(found, page);
        List<String> tokens = look.list("secrets", found.namespace()).stream()
                .filter(secret -> secret.text("type").equals("kubernetes.io/service-account-token")
                        && secret.object("metadata")
                                .object("annotations")
                                .text("kubernetes.io/service-account.name")
                                .equals(found.name()))
                .map(secret -> secret.object("metadata").text("name"))
                .toList();
        names(page, "Image pull secrets", names(account.list("imagePullSecrets")));
        names(page, "Mountable secrets", names(account.list("secrets")));
        names(page, "Tokens", tokens);
        look.events(found, page);
    }

    private static List<String> names(ListTree references) {
        return references.stream().map(each -> each.object().text("name")).toList();
    }

    private static void names(Page page, String title, List<String> names) {
        if (names.isEmpty()) page.field(title, "<none>");
        String head = title + ":";
        for (String name : names) {
            page.line(head + "\t" + name);
            head = "";
        }
    }
}
