package io.amphora.machinery.jsonpath;

import io.amphora.machinery.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of an expression, from some values to others.
sealed interface Step {

    /// Quoted text or a number or a boolean, whatever came before.
    ///
    /// @param each whether there is one for each value that came before; a text is there once, in any case
    record Constant(Tree value, boolean each) implements Step {}

    record Field(String name) implements Step {}

    /// `.*`
    record Everything() implements Step {}

    /// `..`
    record Descend() implements Step {}

    /// `[from:to:by]`, each as it was written or null.
    ///
    /// @param single `[from]`
    record Slice(
            @Nullable Integer from,
            @Nullable Integer to,
            @Nullable Integer by,
            boolean single) implements Step {}

    /// `[a,b]`
    record Union(List<List<Step>> branches) implements Step {}

    /// `[?(left operator right)]`
    ///
    /// @param operator "" asks whether there is a left side
    record Filter(List<Step> left, String operator, List<Step> right) implements Step {}

    /// A word: `range` and `end` mean something, all others are refused when they are met.
    record Word(String word) implements Step {
        static final Word RANGE = new Word("range");
        static final Word END = new Word("end");
    }
}
