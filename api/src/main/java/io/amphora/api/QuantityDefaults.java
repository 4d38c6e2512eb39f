package io.amphora.api;

import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.quantity.QuantityFormatException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Amounts of resources are kept in thousandths; finer ones are rounded up.
public final class QuantityDefaults {
    private static final int THOUSANDTHS = -3;

    private QuantityDefaults() {}

    /// A list of resources with every amount rounded.
    public static ObjectTree rounded(ObjectTree resources) {
        return resources.map((name, amount) -> amount instanceof Tree.Text(var text) ? rounded(amount, text) : amount);
    }

    /// Only fractions can be too fine, and suffixes for less than thousandths.
    private static Tree rounded(Tree amount, String text) {
        if (text.indexOf('.') < 0 && text.indexOf('n') < 0 && text.indexOf('u') < 0 && text.indexOf('-') < 0)
            return amount;
        try {
            Quantity exact = Quantity.parse(text);
            Quantity rounded = exact.roundUp(THOUSANDTHS);
            return rounded == exact ? amount : Tree.of(rounded.toString());
        } catch (QuantityFormatException wrong) {
            return amount;
        }
    }
}
