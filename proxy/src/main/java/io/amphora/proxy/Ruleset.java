package io.amphora.proxy;

import io.amphora.machinery.collect.SortedPersistentMap;
import io.amphora.proxy.Rules.Element;
import java.util.Iterator;
import java.util.Optional;

/// What the packet filter must hold, as an immutable value: the [Rules] of each object that needs some. A change of
/// one object makes a new value at a cost that does not depend on how many there are.
///
/// ```
///  packet -> cluster-ips: address . protocol . port -> goto a chain of the object's
///         -> node-ports:            protocol . port -> goto a chain of the object's
/// ```
///
/// @param parts by the object's kind and name
/// @param users which parts name an element of the shared maps and sets: `set NUL key NUL part` -> its value
public record Ruleset(SortedPersistentMap<Rules> parts, SortedPersistentMap<String> users) {
    static final Ruleset EMPTY = new Ruleset(SortedPersistentMap.empty(), SortedPersistentMap.empty());

    /// Where the rules are to stand.
    ///
    /// @param name the node's name, "" for a machine that runs no Pods but reaches Services
    public record Place(String name) {}

    /// With other rules for one object; [Rules#NONE] for none.
    Ruleset with(String part, Rules rules) {
        Rules before = part(part);
        if (before.equals(rules)) return this;
        SortedPersistentMap<String> changed = users;
        for (Element element : before.elements().keySet())
            if (!rules.elements().containsKey(element)) changed = changed.remove(prefix(element) + part);
        for (var element : rules.elements().entrySet())
            changed = changed.put(prefix(element.getKey()) + part, element.getValue());
        return new Ruleset(rules.equals(Rules.NONE) ? parts.remove(part) : parts.put(part, rules), changed);
    }

    Rules part(String name) {
        Rules found = parts.get(name);
        return found == null ? Rules.NONE : found;
    }

    /// The value of an element: where two objects want the same, the first by name has it. Empty for none.
    Optional<String> value(Element element) {
        Iterator<SortedPersistentMap.Entry<String>> all =
                users.withPrefix(prefix(element)).iterator();
        return all.hasNext() ? Optional.of(all.next().value()) : Optional.empty();
    }

    private static String prefix(Element element) {
        return element.set() + '\0' + element.key() + '\0';
    }
}
