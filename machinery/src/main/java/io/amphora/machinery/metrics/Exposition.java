package io.amphora.machinery.metrics;

import java.util.Locale;

/// Figures in Prometheus' text form (version 0.0.4), family after family.
public final class Exposition {
    /// The content type of [#text].
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    private final StringBuilder out = new StringBuilder(16 * 1024);
    private String name = "";

    /// What a family's samples are.
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /// Begins a family, to which the samples that follow belong.
    ///
    /// @param help with the stability in front, as Kubernetes has it: `[STABLE] …`
    public Exposition family(String name, Type type, String help) {
        this.name = name;
        out.append("# HELP ").append(name).append(' ');
        escaped(help, false);
        out.append("\n# TYPE ").append(name).append(' ');
        out.append(type.name().toLowerCase(Locale.ROOT)).append('\n');
        return this;
    }

    /// @param labels names and values in turn, by name
    public Exposition sample(double value, String... labels) {
        line("", value, labels, "");
        return this;
    }

    /// The buckets, sum and count of a histogram.
    public Exposition histogram(Histogram histogram, String... labels) {
        Histogram.Figures figures = histogram.figures();
        long below = 0;
        for (int i = 0; i < figures.counts().length; i++) {
            below += figures.counts()[i];
            line("_bucket", below, labels, i < figures.bounds().length ? number(figures.bounds()[i]) : "+Inf");
        }
        line("_sum", figures.sum(), labels, "");
        line("_count", below, labels, "");
        return this;
    }

    private void line(String suffix, double value, String[] labels, String bound) {
        out.append(name).append(suffix);
        char before = '{';
        for (int i = 0; i < labels.length; i += 2) {
            before = label(before, labels[i], labels[i + 1]);
        }
        if (!bound.isEmpty()) before = label(before, "le", bound);
        if (before == ',') out.append('}');
        out.append(' ').append(number(value)).append('\n');
    }

    private char label(char before, String label, String value) {
        out.append(before).append(label).append("=\"");
        escaped(value, true);
        out.append('"');
        return ',';
    }

    private void escaped(String text, boolean quotes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') out.append("\\\\");
            else if (c == '\n') out.append("\\n");
            else if (c == '"' && quotes) out.append("\\\"");
            else out.append(c);
        }
    }

    static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    public String text() {
        return out.toString();
    }
}
