package io.amphora.client;

import io.amphora.api.ApiObject;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// A second way to look objects up in a [Snapshot]: by values that are read from them. Known by its name.
///
/// @param values the values that the object is found by, none or many; they must not contain the character U+0000
public record Index<T extends ApiObject>(String name, Function<? super T, ? extends Collection<String>> values) {

    /// By the uid of each owner.
    public static <T extends ApiObject> Index<T> byOwner() {
        return new Index<>("owner", object -> {
            var uids = new ArrayList<String>(1);
            for (Tree owner : object.tree().object("metadata").list("ownerReferences"))
                uids.add(owner.object().text("uid"));
            return uids;
        });
    }

    /// By the text at a path of names, such as `spec`, `nodeName`; objects without it are found by "".
    public static <T extends ApiObject> Index<T> byField(String... path) {
        return new Index<>(String.join(".", path), object -> {
            String value = object.tree().at(path).text();
            return List.of(value == null ? "" : value);
        });
    }
}
