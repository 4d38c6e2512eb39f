package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Base64;

/// A Secret: what it holds, and how long each is.
final class Secrets implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree secret = found.object();
        Describer.head(found, page);
        page.line("\nType:\t" + secret.text("type") + "\n\nData\n====");
        boolean token = secret.text("type").equals("kubernetes.io/service-account-token");
        for (var pair : secret.object("data")) {
            byte[] value = Base64.getDecoder().decode(Page.text(pair.getValue()));
            page.field(
                    pair.getKey(),
                    token && pair.getKey().equals("token")
                            ? new String(value, java.nio.charset.StandardCharsets.UTF_8)
                            : value.length + " bytes");
        }
    }
}
