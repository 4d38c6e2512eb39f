package io.amphora.cel.library;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.types.CelType;
import io.amphora.cel.CelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Kubernetes' expressions may call, besides the language's own functions.
public final class Libraries {
    /// All that Kubernetes 1.36 has in its base environment.
    public static final Libraries KUBERNETES = new Libraries(List.of(
            new StringsLibrary(),
            new ListsLibrary(),
            new SetsLibrary(),
            new RegexLibrary(),
            new UrlLibrary(),
            new IpLibrary(),
            new QuantityLibrary(),
            new SemverLibrary(),
            new FormatLibrary(),
            new OptionalLibrary(),
            new ComprehensionLibrary(),
            new AuthorizerLibrary()));

    private final List<Library> libraries;
    private final Map<String, List<Overload>> functions = new HashMap<>();

    public Libraries(List<Library> libraries) {
        this.libraries = List.copyOf(libraries);
        new StandardLibrary().functions().forEach((name, overloads) -> add(name, overloads));
        for (Library library : libraries) library.functions().forEach((name, overloads) -> add(name, overloads));
    }

    private void add(String name, List<Overload> overloads) {
        functions.computeIfAbsent(name, any -> new ArrayList<>()).addAll(overloads);
    }

    /// With one more, such as a test's or the authorizer's.
    public Libraries plus(Library more) {
        var all = new ArrayList<>(libraries);
        all.add(more);
        return new Libraries(all);
    }

    /// For the type checker; what the language itself has it knows.
    public List<CelFunctionDecl> declarations() {
        var merged = new LinkedHashMap<String, CelFunctionDecl>();
        for (Library library : libraries)
            for (CelFunctionDecl each : library.declarations())
                merged.merge(
                        each.name(),
                        each,
                        (a, b) -> CelFunctionDecl.newFunctionDeclaration(
                                a.name(),
                                java.util.stream.Stream.concat(a.overloads().stream(), b.overloads().stream())
                                        .toList()));
        return List.copyOf(merged.values());
    }

    public List<CelType> types() {
        return libraries.stream().flatMap(each -> each.types().stream()).toList();
    }

    /// What a call does: the overload of that name that takes the arguments.
    ///
    /// @param ids those that the type checker left; the standard functions choose by themselves
    public Overload.@Nullable Body find(String function, List<String> ids) {
        List<Overload> all = functions.get(function);
        if (all == null) return null;
        if (all.size() == 1 && all.getFirst().parameters().isEmpty())
            return all.getFirst().body();
        List<Overload> left = all.stream()
                .filter(each -> each.parameters().isEmpty() || ids.contains(each.id()))
                .toList();
        List<Overload> candidates = left.isEmpty() ? all : left;
        return arguments -> {
            for (Overload each : candidates)
                if (!each.parameters().isEmpty() && each.accepts(arguments))
                    return each.body().call(arguments);
            for (Overload each : candidates)
                if (each.parameters().isEmpty()) return each.body().call(arguments);
            throw CelException.noSuchOverload();
        };
    }
}
