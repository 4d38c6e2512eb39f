package io.amphora.apiserver.subresource;

import io.amphora.apiserver.registry.Removal;
import io.amphora.apiserver.request.DeleteOptions;

/// Deleting a Job keeps its Pods unless one says otherwise, which surprises people.
public final class JobRemoval implements Removal {
    @Override
    public String warning(DeleteOptions options) {
        return options.policy().isEmpty() && options.orphanDependents() == null
                ? "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them"
                        + " or set propagationPolicy=Orphan to suppress this warning"
                : "";
    }
}
