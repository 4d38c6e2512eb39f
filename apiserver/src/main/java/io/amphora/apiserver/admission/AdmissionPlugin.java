package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;

/// Has a say in every write after it was authorized: first all plugins in turn may change the object, then,
/// when it is complete and valid, all may object to it. One file per plugin; the composition lists them in
/// order.
public interface AdmissionPlugin {
    /// As in Kubernetes' `--enable-admission-plugins`.
    String name();

    /// What becomes of the object; the same one where there is nothing to change. Not called for a DELETE.
    ///
    /// @param object in the version of the request's kind; of a CONNECT, its options
    /// @throws ApiException to refuse
    default ObjectTree mutate(AdmissionRequest request, ObjectTree object) throws ApiException {
        return object;
    }

    /// Returns if there is nothing to say against it.
    ///
    /// @param object as it is about to be stored; empty for a DELETE
    /// @throws ApiException to refuse
    default void validate(AdmissionRequest request, ObjectTree object) throws ApiException {}
}
