package io.amphora.kubectl.template;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Decimals as Go's `strconv.FormatFloat` writes them.
final class Floats {
    private Floats() {}

    /// @param precision -1 for the fewest digits that tell the number
    /// @param keepsZeros whether `%g` keeps zeros at the end, as its `#` does
    static String format(double number, char verb, int precision, boolean keepsZeros) {
        if (Double.isNaN(number)) return "NaN";
        if (Double.isInfinite(number)) return number > 0 ? "+Inf" : "-Inf";
        boolean negative = number < 0 || 1 / number < 0;
        BigDecimal exact =
                precision < 0 ? new BigDecimal(Double.toString(Math.abs(number))) : new BigDecimal(Math.abs(number));
        String made = switch (verb) {
            case 'f', 'F' -> fixed(exact, precision);
            case 'e', 'E' -> exponential(exact, precision, verb);
            default -> general(exact, precision, verb == 'G' ? 'E' : 'e', keepsZeros);
        };
        return negative ? "-" + made : made;
    }

    private static String fixed(BigDecimal number, int precision) {
        if (precision >= 0)
            return number.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
        BigDecimal bare = number.stripTrailingZeros();
        return bare.scale() < 0 ? bare.setScale(0).toPlainString() : bare.toPlainString();
    }

    private static String exponential(BigDecimal number, int precision, char letter) {
        BigDecimal bare = number.stripTrailingZeros();
        if (precision >= 0 && bare.signum() != 0)
            bare = number.round(new java.math.MathContext(precision + 1, RoundingMode.HALF_EVEN));
        String digits = bare.unscaledValue().toString();
        int exponent = bare.signum() == 0 ? 0 : digits.length() - 1 - bare.scale();
        int wanted = precision < 0 ? digits.length() - 1 : precision;
        var made = new StringBuilder(digits.substring(0, 1));
        if (wanted > 0) made.append('.').append(padded(digits.substring(1), wanted));
        made.append(letter).append(exponent < 0 ? '-' : '+');
        if (Math.abs(exponent) < 10) made.append('0');
        return made.append(Math.abs(exponent)).toString();
    }

    private static String padded(String digits, int wanted) {
        return digits.length() >= wanted ? digits.substring(0, wanted) : digits + "0".repeat(wanted - digits.length());
    }

    private static String general(BigDecimal number, int precision, char letter, boolean keepsZeros) {
        boolean shortest = precision < 0;
        int most = precision == 0 ? 1 : precision;
        BigDecimal rounded = shortest ? number : number.round(new java.math.MathContext(most, RoundingMode.HALF_EVEN));
        BigDecimal bare = rounded.stripTrailingZeros();
        int digits = bare.signum() == 0 ? 1 : bare.precision();
        int point = bare.signum() == 0 ? 1 : bare.precision() - bare.scale();
        int threshold = most;
        if (threshold > digits && digits >= point) threshold = digits;
        if (shortest) threshold = 6;
        int exponent = point - 1;
        if (exponent < -4 || exponent >= threshold)
            return exponential(bare, keepsZeros && !shortest ? most - 1 : digits - 1, letter);
        int decimals = Math.max(digits - point, 0);
        if (keepsZeros && !shortest) decimals = Math.max(most - Math.max(point, 1), 0);
        return fixed(bare, decimals);
    }
}
