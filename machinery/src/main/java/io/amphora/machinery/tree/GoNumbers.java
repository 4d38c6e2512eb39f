package io.amphora.machinery.tree;

import java.math.BigDecimal;

/// Floating-point numbers as Go writes them: the fewest digits that read back the same.
public final class GoNumbers {
    private GoNumbers() {}

    /// As in Go's JSON: an exponent only below `1e-6` and from `1e21` on.
    public static String json(double value) {
        double size = Math.abs(value);
        if (value == 0) return 1 / value < 0 ? "-0" : "0";
        if (size >= 1e-6 && size < 1e21) return decimal(value).toPlainString();
        return exponent(decimal(value), 1);
    }

    /// As `%g` does in Go's strconv: an exponent below `1e-4` and from `1e6` on, of two digits at least.
    public static String shortest(double value) {
        return general(decimal(value), 6);
    }

    public static String shortest(float value) {
        return general(new BigDecimal(Float.toString(value)).stripTrailingZeros(), 6);
    }

    /// As `%v` does in Go's fmt: an exponent below `1e-4` and from `1e21` on.
    public static String printed(double value) {
        return general(decimal(value), 21);
    }

    private static String general(BigDecimal value, int limit) {
        if (value.signum() == 0) return "0";
        int exponent = value.precision() - value.scale() - 1;
        return exponent < -4 || exponent >= limit ? exponent(value, 2) : value.toPlainString();
    }

    private static String exponent(BigDecimal value, int digits) {
        int exponent = value.precision() - value.scale() - 1;
        String mantissa = value.scaleByPowerOfTen(-exponent).toPlainString();
        String power = Integer.toString(Math.abs(exponent));
        if (power.length() < digits) power = "0" + power;
        return mantissa + (exponent < 0 ? "e-" : "e+") + power;
    }

    /// `Double.toString` gives the fewest digits since JDK 19.
    private static BigDecimal decimal(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros();
    }
}
