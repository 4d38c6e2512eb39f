package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.stream.Collectors;

/// A server's refusals in kubectl's words.
public final class Refusals {
    private Refusals() {}

    public static String describe(ApiException refused) {
        return describe(refused, "");
    }

    /// @param doing what was being done, such as `error when creating "a.yaml": `
    public static String describe(ApiException refused, String doing) {
        if (refused.reason().equals("Invalid")) return invalid(refused.status());
        if (refused.reason().equals("Unauthorized"))
            return "error: You must be logged in to the server (" + doing + refused.getMessage() + ")";
        if (refused.reason().equals(Connector.UNREACHABLE)) return String.valueOf(refused.getMessage());
        String reason = refused.reason().isEmpty() ? "" : " (" + refused.reason() + ")";
        return "Error from server" + reason + ": " + doing + refused.getMessage();
    }

    /// The same refusal with what was being done before its message.
    public static ApiException during(String doing, ApiException refused) {
        return new ApiException(refused.status().with("message", doing + refused.getMessage()));
    }

    private static String invalid(ObjectTree status) {
        ObjectTree details = status.object("details");
        String message = status.text("message");
        if (details.isEmpty()) return "The request is invalid" + (message.isEmpty() ? "" : ": " + message);
        List<String> causes = details.list("causes").stream()
                .map(Tree::object)
                .map(cause -> (cause.text("field").isEmpty() ? "" : cause.text("field") + ": ") + cause.text("message"))
                .distinct()
                .toList();
        boolean named = !details.text("kind").isEmpty() || !details.text("name").isEmpty();
        String what = named
                ? "The " + details.text("kind") + " \"" + details.text("name") + "\" is invalid"
                : "The request is invalid";
        if (!named && !message.isEmpty() && causes.isEmpty()) return what + ": " + message;
        if (causes.isEmpty()) return what;
        if (causes.size() == 1) return what + ": " + causes.getFirst();
        return what + ": \n" + causes.stream().map(cause -> "* " + cause).collect(Collectors.joining("\n"));
    }
}
