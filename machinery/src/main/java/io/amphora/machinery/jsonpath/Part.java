package io.amphora.machinery.jsonpath;

import java.util.List;

/// What stands in a template, one after the other.
sealed interface Part {
    record Plain(String text) implements Part {}

    /// What one pair of braces holds.
    record Action(List<Step> steps) implements Part {
        boolean opensRange() {
            return steps.contains(Step.Word.RANGE);
        }

        boolean endsRange() {
            return steps.contains(Step.Word.END);
        }
    }
}
