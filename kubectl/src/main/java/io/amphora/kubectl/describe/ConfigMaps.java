package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import java.util.Base64;

/// A ConfigMap, key by key.
final class ConfigMaps implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        Describer.head(found, page);
        page.line("\nData\n====");
        for (var pair : found.object().object("data"))
            page.line(pair.getKey() + ":\n----\n" + Page.text(pair.getValue()) + "\n");
        page.line("\nBinaryData\n====");
        for (var pair : found.object().object("binaryData"))
            page.line(pair.getKey() + ": " + Base64.getDecoder().decode(Page.text(pair.getValue())).length + " bytes");
        page.line("");
        look.events(found, page);
    }
}
