package io.amphora.machinery.jsonpath;

import io.amphora.machinery.jsonpath.JsonPath.Mistake;
import io.amphora.machinery.tree.Tree;

/// How a filter compares, as Go's templates do: only what is of one type, and whole numbers are not of the type of
/// others.
enum Comparison {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String operator;

    Comparison(String operator) {
        this.operator = operator;
    }

    static Comparison of(String operator) {
        for (Comparison each : values()) if (each.operator.equals(operator)) return each;
        throw Mistake.nothingLeft("unrecognized filter operator " + operator);
    }

    boolean holds(Tree left, Tree right) {
        requireBasic(left);
        requireBasic(right);
        if (left.getClass() != right.getClass()) throw Mistake.nothingLeft("incompatible types for comparison");
        return switch (this) {
            case EQUAL -> isEqual(left, right);
            case NOT_EQUAL -> !isEqual(left, right);
            case LESS -> isLess(left, right);
            case LESS_OR_EQUAL -> isLess(left, right) || isEqual(left, right);
            case GREATER -> !isLess(left, right) && !isEqual(left, right);
            case GREATER_OR_EQUAL -> !isLess(left, right);
        };
    }

    private static void requireBasic(Tree value) {
        if (!(value instanceof Tree.Text || value instanceof Tree.Bool || isNumber(value))) throw badType();
    }

    private static boolean isNumber(Tree value) {
        return value instanceof Tree.Whole || value instanceof Tree.Decimal;
    }

    private static boolean isEqual(Tree left, Tree right) {
        if (left instanceof Tree.Decimal(var mine) && right instanceof Tree.Decimal(var theirs)) return mine == theirs;
        return left.equals(right);
    }

    private static boolean isLess(Tree left, Tree right) {
        return switch (left) {
            case Tree.Text(var mine) when right instanceof Tree.Text(var theirs) -> inBytes(mine, theirs) < 0;
            case Tree.Whole(var mine) when right instanceof Tree.Whole(var theirs) -> mine < theirs;
            case Tree.Decimal(var mine) when right instanceof Tree.Decimal(var theirs) -> mine < theirs;
            default -> throw badType();
        };
    }

    /// Go compares the bytes of texts, which is the order of their characters.
    private static int inBytes(String left, String right) {
        int i = 0;
        while (i < left.length() && i < right.length()) {
            int mine = left.codePointAt(i);
            int theirs = right.codePointAt(i);
            if (mine != theirs) return Integer.compare(mine, theirs);
            i += Character.charCount(mine);
        }
        return Integer.compare(left.length(), right.length());
    }

    private static Mistake badType() {
        return Mistake.nothingLeft("invalid type for comparison");
    }
}
