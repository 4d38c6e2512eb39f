package io.amphora.machinery.quantity;

import static io.amphora.machinery.quantity.Quantity.Format.BINARY_SI;
import static io.amphora.machinery.quantity.Quantity.Format.DECIMAL_EXPONENT;
import static io.amphora.machinery.quantity.Quantity.Format.DECIMAL_SI;

import io.amphora.machinery.quantity.Quantity.Format;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// The text form of quantities: `sign digits [. digits] suffix`, and back.
///
/// ```
/// 1500m   128Mi   12e6   0.5
/// └number └ 2^20  └ 10^6 └ rewritten to 500m
/// ```
final class QuantityText {
    private static final String WRONG =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final String BAD_NUMBER = "unable to parse numeric part of quantity";
    private static final String BAD_SUFFIX = "unable to parse quantity's suffix";

    /// Digits and decimal exponents beyond this are refused: nobody has so much, and arithmetic on it would
    /// stall the
    /// server.
    private static final int LIMIT = 1000;

    private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final BigDecimal MOST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);

    private QuantityText() {}

    /// A suffix's meaning: times `base` (2 or 10) to the `exponent`.
    private record Suffix(int base, int exponent, Format format) {}

    static Quantity parse(String text) {
        if (text.isEmpty()) throw new QuantityFormatException(WRONG);
        if (text.equals("0")) return Quantity.ZERO;
        int end = text.length();
        int at = 0;
        boolean negative = text.charAt(0) == '-';
        if (negative || text.charAt(0) == '+') at++;
        while (at < end && text.charAt(at) == '0') at++;
        if (at == end) return Quantity.exact(0, 0, DECIMAL_SI, null);

        int digits = at;
        while (at < end && isDigit(text.charAt(at))) at++;
        String whole = digits == at ? "0" : text.substring(digits, at);
        String fraction = "";
        if (at < end && text.charAt(at) == '.') {
            int from = ++at;
            while (at < end && isDigit(text.charAt(at))) at++;
            fraction = text.substring(from, at);
        }
        Suffix suffix = suffix(text, at);
        Quantity quick = quick(text, negative, whole, fraction, suffix);
        return quick != null ? quick : exact(negative, whole, fraction, suffix);
    }

    /// What fits 64 bits and needs no rounding. A text that is canonical already is kept for
    /// [Quantity#toString]; so
    /// are a few that are not quite (`1e3`, `+5`), because Kubernetes looks at the digits only.
    private static @Nullable Quantity quick(
            String text, boolean negative, String whole, String fraction, Suffix suffix) {
        int digits = whole.length() + fraction.length();
        if (suffix.format == BINARY_SI) {
            if (!fraction.isEmpty() || 15 - whole.length() - (int) (suffix.exponent * 3 / 10f) - 1 < 0) return null;
        } else if (digits > 18 || suffix.exponent - fraction.length() < -9) {
            return null;
        }
        String shifted = whole + fraction;
        long value = Long.parseLong(shifted);
        if (suffix.format == BINARY_SI) {
            boolean keep = (value & 7) != 0;
            long amount = value << suffix.exponent;
            return Quantity.exact(negative ? -amount : amount, 0, BINARY_SI, keep ? text : null);
        }
        int scale = suffix.exponent - fraction.length();
        boolean keep = scale % 3 == 0 && !shifted.endsWith("000") && shifted.charAt(0) != '0';
        return Quantity.exact(negative ? -value : value, scale, suffix.format, keep ? text : null);
    }

    /// Everything else: rounded away from zero to a billionth, because who asks for a little shall not get
    /// nothing.
    private static Quantity exact(boolean negative, String whole, String fraction, Suffix suffix) {
        if (whole.length() + fraction.length() > LIMIT) throw new QuantityFormatException(BAD_NUMBER);
        var amount = new BigDecimal(new BigInteger(whole + fraction), fraction.length());
        amount = suffix.base == 10
                ? amount.scaleByPowerOfTen(suffix.exponent)
                : amount.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(suffix.exponent)));
        if (amount.scale() > 9) amount = amount.setScale(9, RoundingMode.UP);
        Format format = suffix.format;
        if (format == BINARY_SI && amount.compareTo(MOST_BINARY) > 0) amount = MOST_BINARY;
        if (format == BINARY_SI && amount.compareTo(BigDecimal.ONE) < 0 && amount.signum() > 0) format = DECIMAL_SI;
        return Quantity.exact(negative ? amount.negate() : amount, format);
    }

    private static Suffix suffix(String text, int from) {
        int end = text.length();
        int at = from;
        while (at < end && "eEinumkKMGTP".indexOf(text.charAt(at)) >= 0) at++;
        if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) at++;
        while (at < end && isDigit(text.charAt(at))) at++;
        if (at < end) throw new QuantityFormatException(WRONG);
        return suffix(text.substring(from));
    }

    private static Suffix suffix(String text) {
        for (int i = 0; i < DECIMAL.length; i++)
            if (DECIMAL[i].equals(text)) return new Suffix(10, (i - 3) * 3, DECIMAL_SI);
        for (int i = 1; i < BINARY.length; i++) if (BINARY[i].equals(text)) return new Suffix(2, i * 10, BINARY_SI);
        if (text.length() > 1 && (text.charAt(0) == 'e' || text.charAt(0) == 'E')) {
            try {
                int exponent = Integer.parseInt(text.substring(1));
                if (Math.abs(exponent) <= LIMIT) return new Suffix(10, exponent, DECIMAL_EXPONENT);
            } catch (NumberFormatException notANumber) {
                throw new QuantityFormatException(BAD_SUFFIX);
            }
        }
        throw new QuantityFormatException(BAD_SUFFIX);
    }

    /// The canonical form: no fraction, the largest suffix that needs none, the suffixes of `format`. Binary
    /// suffixes
    /// only for whole amounts of 1024 and more.
    static String canonical(BigDecimal amount, Format format) {
        if (amount.signum() == 0) return "0";
        boolean binary = format == BINARY_SI
                && amount.abs().compareTo(BigDecimal.valueOf(1024)) >= 0
                && amount.stripTrailingZeros().scale() <= 0;
        if (binary) return binary(amount.toBigIntegerExact());
        return decimal(amount, format == BINARY_SI ? DECIMAL_SI : format);
    }

    static String canonical(long unscaled, int scale, Format format) {
        if (unscaled == 0) return "0";
        if (format != BINARY_SI && scale >= -9 && scale <= 9) {
            long number = unscaled;
            int exponent = scale;
            while (number % 10 == 0) {
                number /= 10;
                exponent++;
            }
            int over = Math.floorMod(exponent, 3);
            if (Math.abs(number) < Long.MAX_VALUE / 100 && exponent - over <= 18)
                return number * (over == 0 ? 1 : over == 1 ? 10 : 100) + decimalSuffix(exponent - over, format);
        }
        return canonical(BigDecimal.valueOf(unscaled, -scale), format);
    }

    private static String binary(BigInteger amount) {
        int power = 0;
        while (power < BINARY.length - 1) {
            BigInteger[] parts = amount.divideAndRemainder(KIBI);
            if (parts[1].signum() != 0) break;
            amount = parts[0];
            power++;
        }
        return amount + BINARY[power];
    }

    private static String decimal(BigDecimal amount, Format format) {
        BigDecimal stripped = amount.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        if (format == DECIMAL_SI) exponent = Math.min(exponent, 18);
        return stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact() + decimalSuffix(exponent, format);
    }

    private static String decimalSuffix(int exponent, Format format) {
        if (format == DECIMAL_SI) return DECIMAL[exponent / 3 + 3];
        return exponent == 0 ? "" : "e" + exponent;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
