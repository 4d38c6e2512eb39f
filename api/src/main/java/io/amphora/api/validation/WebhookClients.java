package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the API server reaches what it asks: by a URL of its own or through a Service.
public final class WebhookClients {
    private static final String FORM = "; desired format: https://host[/path]";

    private WebhookClients() {}

    public static void url(String text, FieldPath at, FieldErrors errors) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException unreadable) {
            errors.required(at, "url must be a valid URL: parse \"" + text + "\": " + unreadable.getReason() + FORM);
            return;
        }
        String scheme = present(url.getScheme());
        if (!scheme.equals("https")) errors.invalid(at, scheme, "'https' is the only allowed URL scheme" + FORM);
        String authority = present(url.getRawAuthority());
        if (authority.substring(authority.lastIndexOf('@') + 1).isEmpty())
            errors.invalid(at, "", "host must be provided" + FORM);
        int user = authority.lastIndexOf('@');
        if (user >= 0) errors.invalid(at, authority.substring(0, user), "user information is not permitted in the URL");
        String fragment = present(url.getRawFragment());
        if (!fragment.isEmpty()) errors.invalid(at, fragment, "fragments are not permitted in the URL");
        String query = present(url.getRawQuery());
        if (!query.isEmpty()) errors.invalid(at, query, "query parameters are not permitted in the URL");
    }

    private static String present(@Nullable String part) {
        return part == null ? "" : part;
    }

    /// @param path "" for none
    public static void service(
            String name, String namespace, long port, String path, FieldPath at, FieldErrors errors) {
        Checks.required(name, at.child("name"), errors);
        Checks.required(namespace, at.child("namespace"), errors);
        for (String wrong : Names.isValidPortNum(port))
            errors.invalid(at.child("port"), port, "port is not valid: " + wrong);
        path(path, at.child("path"), errors);
    }

    private static void path(String path, FieldPath at, FieldErrors errors) {
        if (path.isEmpty() || path.equals("/")) return;
        if (path.equals("//")) {
            errors.invalid(at, path, "segment[0] may not be empty");
            return;
        }
        if (!path.startsWith("/")) errors.invalid(at, path, "must start with a '/'");
        String inner =
                path.endsWith("/") && path.length() > 1 ? path.substring(1, path.length() - 1) : path.substring(1);
        List<String> segments = List.of(inner.split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).isEmpty()) errors.invalid(at, path, "segment[" + i + "] may not be empty");
            else
                for (String wrong : Names.isDNS1123Subdomain(segments.get(i)))
                    errors.invalid(at, path, "segment[" + i + "]: " + wrong);
        }
    }
}
