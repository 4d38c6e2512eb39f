package io.amphora.cel.library;

import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import java.util.List;

/// One way to call a function: what the type checker knows of it, and what it does.
///
/// @param id unique; costs are told by it
/// @param member whether it is called on its first parameter
public record Overload(String id, boolean member, CelType result, List<CelType> parameters, Body body) {
    /// What a call does. Arguments have the types of the parameters.
    @FunctionalInterface
    public interface Body {
        Object call(Object[] arguments);
    }

    public static Overload member(String id, CelType result, List<CelType> parameters, Body body) {
        return new Overload(id, true, result, parameters, body);
    }

    public static Overload global(String id, CelType result, List<CelType> parameters, Body body) {
        return new Overload(id, false, result, parameters, body);
    }

    CelOverloadDecl declaration() {
        return member
                ? CelOverloadDecl.newMemberOverload(id, result, parameters)
                : CelOverloadDecl.newGlobalOverload(id, result, parameters);
    }

    boolean accepts(Object[] arguments) {
        if (arguments.length != parameters.size()) return false;
        for (int i = 0; i < arguments.length; i++) if (!Types.accepts(parameters.get(i), arguments[i])) return false;
        return true;
    }
}
