package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.tree.ObjectTree;

/// Answers that several endpoints give.
final class Statuses {
    private Statuses() {}

    static Reply created() {
        return new Reply.Document(
                201,
                ObjectTree.of(
                        "kind",
                        "Status",
                        "apiVersion",
                        "v1",
                        "metadata",
                        ObjectTree.EMPTY,
                        "status",
                        "Success",
                        "code",
                        201));
    }

    /// An error that Kubernetes has no class for.
    static ApiException unclassified(String message) {
        return ApiException.of(500, "", message);
    }
}
