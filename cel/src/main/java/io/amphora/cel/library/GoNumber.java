package io.amphora.cel.library;

import java.math.BigDecimal;

/// Floating-point numbers as Go's strconv writes them.
final class GoNumber {
    private static final double LARGE = 1e21;
    private static final double SMALL = 1e-4;

    private GoNumber() {}

    /// `%g` with the shortest text that reads back the same: exponents below -4 and from 21.
    static String text(double number) {
        if (Double.isNaN(number)) return "NaN";
        if (Double.isInfinite(number)) return number > 0 ? "+Inf" : "-Inf";
        double size = Math.abs(number);
        if (size == 0) return 1 / number < 0 ? "-0" : "0";
        return size < SMALL || size >= LARGE ? exponent(number) : plain(number);
    }

    /// Without an exponent.
    static String plain(double number) {
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    private static String exponent(double number) {
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        String digits = exact.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - exact.scale();
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : Integer.toString(Math.abs(exponent));
        return (number < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e"
                + (exponent < 0 ? "-" : "+") + power;
    }
}
