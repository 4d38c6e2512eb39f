package io.amphora.apiserver.auth;

import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;

/// What somebody wants to do: a verb on a resource, or on a path that is none.
///
/// @param verb `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or the method
///     in lower case on a path
/// @param resource the plural; "" on a path
/// @param path the whole path, for what is no resource
public record Attributes(
        User user,
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String subresource,
        String name,
        String path,
        LabelSelector labels,
        FieldSelector fields) {

    public boolean isResource() {
        return !resource.isEmpty();
    }

    /// The same, by another verb.
    public Attributes withVerb(String verb) {
        return new Attributes(user, verb, group, version, namespace, resource, subresource, name, path, labels, fields);
    }

    public static Attributes of(
            User user, String verb, String group, String resource, String subresource, String namespace, String name) {
        return new Attributes(
                user,
                verb,
                group,
                "*",
                namespace,
                resource,
                subresource,
                name,
                "",
                LabelSelector.EVERYTHING,
                FieldSelector.EVERYTHING);
    }

    public static Attributes ofPath(User user, String verb, String path) {
        return new Attributes(
                user, verb, "", "", "", "", "", "", path, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    }
}
