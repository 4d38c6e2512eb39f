package io.amphora.machinery.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Chooses objects by a few of their fields: all terms must hold. Immutable; terms are sorted by their text.
///
/// @param terms none select everything
public record FieldSelector(List<Term> terms) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /// `field=value`, or with `negated` `field!=value`.
    public record Term(String field, boolean negated, String value) {
        @Override
        public String toString() {
            return field + (negated ? "!=" : "=") + escape(value);
        }
    }

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    public static FieldSelector of(String field, String value) {
        return new FieldSelector(List.of(new Term(field, false, value)));
    }

    /// The text form: `metadata.name=a,status.phase!=Running`; `\`, `,` and `=` in values are escaped by a
    /// backslash.
    ///
    /// @throws SelectorException with Kubernetes' wording
    public static FieldSelector parse(String text) {
        if (text.isEmpty()) return EVERYTHING;
        var terms = new ArrayList<Term>();
        for (String part : split(text).stream().sorted().toList()) if (!part.isEmpty()) terms.add(term(part, text));
        return new FieldSelector(terms);
    }

    /// @param fieldOf a field's value, "" for a field that the object has not
    public boolean matches(Function<String, String> fieldOf) {
        for (Term term : terms) if (fieldOf.apply(term.field).equals(term.value) == term.negated) return false;
        return true;
    }

    public boolean matchesEverything() {
        return terms.isEmpty();
    }

    /// The one value that a field must have.
    public Optional<String> exactValue(String field) {
        return terms.stream()
                .filter(term -> !term.negated && term.field.equals(field))
                .map(Term::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return String.join(",", terms.stream().map(Term::toString).toList());
    }

    private static Term term(String part, String whole) {
        for (int i = 0; i < part.length(); i++) {
            boolean negated = part.startsWith("!=", i);
            if (!negated && part.charAt(i) != '=') continue;
            int value = i + (negated || part.startsWith("==", i) ? 2 : 1);
            return new Term(part.substring(0, i), negated, unescape(part.substring(value)));
        }
        throw new SelectorException("invalid selector: '" + whole + "'; can't understand '" + part + "'");
    }

    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    private static String unescape(String value) {
        var plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=')
                throw new SelectorException("invalid field selector: unescaped character in value: " + (int) c);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            String sequence = value.substring(i, Math.min(i + 2, value.length()));
            if (!sequence.equals("\\\\") && !sequence.equals("\\,") && !sequence.equals("\\="))
                throw new SelectorException("invalid field selector: invalid escape sequence: " + sequence);
            plain.append(value.charAt(++i));
        }
        return plain.toString();
    }
}
