package io.amphora.api.codec;

import io.amphora.api.Views;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Times of RFC 3339 as Go reads them, and its words for those it does not.
final class GoTime {
    private static final String SECONDS = "2006-01-02T15:04:05Z07:00";
    private static final String MICROS = "2006-01-02T15:04:05.000000Z07:00";
    /// The parts of the layouts, in order; a part of digits stands for as many digits.
    private static final String[] PARTS = {"2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"};

    private final String text;
    private final String layout;
    private int at;

    private GoTime(String text, String layout) {
        this.text = text;
        this.layout = layout;
    }

    /// The time in UTC, fractions of a second cut off.
    ///
    /// @throws DecodeException when it is no time
    static Tree seconds(Tree.Text value) {
        String text = value.value();
        if (isCanonical(text)) return value;
        return Views.tree(new GoTime(text, SECONDS).instant(false));
    }

    /// Any time of RFC 3339.
    static Instant parse(String text) {
        return new GoTime(text, SECONDS).instant(false);
    }

    /// The time in UTC, with exactly six digits of a second's fraction.
    static Tree micros(Tree.Text value) {
        Tree canonical = Views.microTime(new GoTime(value.value(), MICROS).instant(true));
        return canonical.equals(value) ? value : canonical;
    }

    /// Whether it looks like `2006-01-02T15:04:05Z` and is a time that surely exists.
    private static boolean isCanonical(String text) {
        if (text.length() != 20 || text.charAt(19) != 'Z') return false;
        for (int i = 0; i < 19; i++) {
            char c = text.charAt(i);
            boolean right = i == 4 || i == 7
                    ? c == '-'
                    : i == 10 ? c == 'T' : i == 13 || i == 16 ? c == ':' : c >= '0' && c <= '9';
            if (!right) return false;
        }
        int month = number(text, 5);
        int day = number(text, 8);
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= 28
                && number(text, 11) < 24
                && number(text, 14) < 60
                && number(text, 17) < 60;
    }

    private static int number(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private Instant instant(boolean micros) {
        int[] numbers = new int[6];
        int count = 0;
        for (String part : PARTS) {
            if (Character.isDigit(part.charAt(0))) numbers[count++] = digits(part);
            else literal(part);
        }
        int nanos = fraction(micros);
        int offset = offset();
        if (at < text.length()) throw wrong(": extra text: " + GoText.quote(text.substring(at)));
        return instant(numbers, nanos, offset);
    }

    private Instant instant(int[] numbers, int nanos, int offset) {
        if (numbers[1] < 1 || numbers[1] > 12) throw wrong(": month out of range");
        if (numbers[3] > 23) throw wrong(": hour out of range");
        if (numbers[4] > 59) throw wrong(": minute out of range");
        if (numbers[5] > 59) throw wrong(": second out of range");
        try {
            return LocalDateTime.of(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], nanos)
                    .toInstant(ZoneOffset.ofTotalSeconds(offset));
        } catch (DateTimeException noSuchDay) {
            throw wrong(": day out of range");
        }
    }

    private int digits(String part) {
        if (text.length() - at < part.length()) throw cannotParse(part);
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = text.charAt(at + i);
            if (c < '0' || c > '9') throw cannotParse(part);
            value = value * 10 + c - '0';
        }
        at += part.length();
        return value;
    }

    private void literal(String part) {
        if (!text.startsWith(part, at)) throw cannotParse(part);
        at++;
    }

    /// A fraction that the layout does not have is read all the same, of any length.
    private int fraction(boolean micros) {
        int start = at;
        int end = at;
        if (end < text.length() && text.charAt(end) == '.') {
            end++;
            while (end < text.length() && Character.isDigit(text.charAt(end))) end++;
        }
        if (micros && end - start != 7) throw cannotParse(".000000");
        if (end - start < 2) return 0;
        at = end;
        String digits = (text.substring(start + 1, end) + "000000000").substring(0, 9);
        return Integer.parseInt(digits);
    }

    private int offset() {
        if (text.startsWith("Z", at)) {
            at++;
            return 0;
        }
        String zone = "Z07:00";
        if (text.length() - at < 6 || text.charAt(at) != '+' && text.charAt(at) != '-' || text.charAt(at + 3) != ':')
            throw cannotParse(zone);
        for (int i : new int[] {1, 2, 4, 5}) if (!Character.isDigit(text.charAt(at + i))) throw cannotParse(zone);
        int seconds = number(text, at + 1) * 3600 + number(text, at + 4) * 60;
        int signed = text.charAt(at) == '-' ? -seconds : seconds;
        at += 6;
        if (seconds > 18 * 3600) throw wrong(": time zone offset hour out of range");
        return signed;
    }

    private DecodeException cannotParse(String part) {
        return wrong(": cannot parse " + GoText.quote(text.substring(at)) + " as " + GoText.quote(part));
    }

    /// Out-of-range values and surplus text leave out the layout, as Go does.
    private DecodeException wrong(String why) {
        boolean element = why.startsWith(": cannot parse");
        return new DecodeException(
                "parsing time " + GoText.quote(text) + (element ? " as " + GoText.quote(layout) : "") + why);
    }
}
