package io.amphora.cel.library;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.types.CelType;
import java.util.List;
import java.util.Map;

/// Functions that expressions may call, by name. One library, one file.
public interface Library {
    Map<String, List<Overload>> functions();

    /// Types whose names expressions may use as values, such as `net.IP`.
    default List<CelType> types() {
        return List.of();
    }

    default List<CelFunctionDecl> declarations() {
        return functions().entrySet().stream()
                .map(each -> CelFunctionDecl.newFunctionDeclaration(
                        each.getKey(),
                        each.getValue().stream().map(Overload::declaration).toList()))
                .toList();
    }
}
